"""Writes the arrays of this folder with NumPy, and expected.json with their values. Run here: python3 make.py"""
import json

import numpy as np

expected = {}


def put(name, array, fortran=False, version=None):
    stored = np.asfortranarray(array) if fortran else array
    with open(f"{name}.npy", "wb") as file:
        np.lib.format.write_array(file, stored, version=version)
    values = array.astype(np.float64).ravel().tolist()
    expected[name] = {"dtype": array.dtype.newbyteorder("=").name, "shape": list(array.shape), "values": values}


counting = np.arange(24).reshape(2, 3, 4)
for order in "<>":
    end = "little" if order == "<" else "big"
    for kind in ["i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"]:
        put(f"{kind}-{end}", (counting * (1 if kind[0] == "u" else -1) - 0).astype(order + kind))
put("i1", (counting - 12).astype("i1"))
put("u1", (counting * 10).astype("u1"))
put("bool", counting % 3 == 0)
put("fortran", counting.astype("<f4"), fortran=True)
put("fortran-big", counting.astype(">i4"), fortran=True)
put("half-edges", np.array([0.0, 5.960464477539063e-08, 65504.0, -1.5, 6.097555160522461e-05], "<f2"))
put("scalar", np.array(7, "<i4"))
put("version-2", counting.astype("<i2"), version=(2, 0))
put("version-3", counting.astype("<i2"), version=(3, 0))
np.savez("two.npz", x=counting.astype("u1"), y=np.array([1, 2]))
np.savez_compressed("packed.npz", x=np.zeros((50, 20), "f4"), y=np.array([1, 2]))
with open("expected.json", "w") as file:
    json.dump(expected, file, indent=1)

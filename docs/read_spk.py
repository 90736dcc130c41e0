"""Reads spikec's networks (.spk) and traces (.npz) in Python, so that others can check what was converted.

    network = read_spk("digits.spk")        # {"name": ..., "inputs": [...], "populations": [...], "projections": [...], ...}
    spikes = read_trace("spikes.npz")       # {"input": rows [sample, step, neuron], one a spike, ...}

Arrays are NumPy's where NumPy is installed, else lists. Fields that hold their default (0, "") are absent. The schema is
src/network/spk/network.proto; what SCHEMA leaves out is passed over, so that newer files can be read, too.
"""
import ast, struct, sys, zipfile
try: import numpy
except ImportError: numpy = None
# message: number name kind, ...   u unsigned, z signed, d double, s text, b bytes, or a message; * repeated
SCHEMA = {message: {int(n): (name, kind) for n, name, kind in map(str.split, fields.split(","))} for message, fields in {
    "Network": "4 name s,5 timesteps u,6 inputs Input*,7 populations Population*,8 projections Projection*,11 readout Readout",
    "Input": "1 name s,2 shape u*,3 encoder Encoder,4 polarity s",
    "Encoder": "1 kind s,2 quantization Quantization,3 threshold z,4 initial z,5 seed u",
    "Quantization": "1 scale d,2 zero_point z,3 bits u,4 signed u,5 normalization Normalization",
    "Normalization": "1 offset Tensor,2 divisor Tensor",
    "Population": "1 name s,2 shape u*,3 kind s,4 law Law,5 spike_value Tensor,6 origin s*,7 membrane_unit Tensor",
    "Law": "1 bias Tensor,4 threshold Tensor,5 compare s,6 max_spikes u,7 reset Reset,9 v_init Tensor",
    "Reset": "1 kind s,2 value Tensor,3 amount Tensor",
    "Projection": "1 name s,2 source s,3 target s,4 delay u,5 pools Pool*,6 connection Connection",
    "Pool": "1 kernel u*,2 stride u*,3 padding u*",
    "Connection": "1 kind s,2 weights Tensor,3 stride u*,4 padding u*,5 dilation u*,6 groups u,7 offsets Tensor,8 targets Tensor",
    "Readout": "1 population s,2 read s,3 scale d,4 offset d", "Tensor": "1 dtype s,2 shape u*,3 data b"}.items()}

def array(data, dtype, shape):  # dtype: "int8" to "float64"
    if numpy: return numpy.frombuffer(data, numpy.dtype(dtype).newbyteorder("<")).reshape(shape)
    code = {"int8": "b", "int16": "h", "int32": "i", "float64": "d"}[dtype]
    return list(struct.unpack(f"<{len(data) // struct.calcsize(code)}{code}", data))

def varint(data, at):
    value = shift = 0
    while True:
        value, shift, at = value | (data[at] & 127) << shift, shift + 7, at + 1
        if data[at - 1] < 128: return value, at

def convert(value, kind):
    if kind == "u" and isinstance(value, bytes):  # a packed list
        values, at = [], 0
        while at < len(value): one, at = varint(value, at); values.append(one)
        return values
    plain = {"u": lambda: value, "b": lambda: value, "z": lambda: (value >> 1) ^ -(value & 1), "s": lambda: value.decode()}
    return struct.unpack("<d", value)[0] if kind == "d" else plain[kind]() if kind in plain else decode(value, kind)

def decode(data, message):  # one message as a dictionary; a Tensor as its array
    found, at = {name: [] for name, kind in SCHEMA[message].values() if kind[-1] == "*"}, 0
    while at < len(data):
        tag, at = varint(data, at)
        if tag & 7 == 0: value, at = varint(data, at)
        else:
            size, at = (8, at) if tag & 7 == 1 else (4, at) if tag & 7 == 5 else varint(data, at)
            value, at = data[at:at + size], at + size
        name, kind = SCHEMA[message].get(tag >> 3, (None, "b"))
        value = convert(value, kind.rstrip("*"))
        if kind[-1] == "*": found[name] += value if isinstance(value, list) else [value]
        elif name: found[name] = value
    return array(found.get("data", b""), found["dtype"], found["shape"]) if message == "Tensor" else found

def read_spk(path):
    data = open(path, "rb").read()
    if data[:16] != b"\x0a\x0espikec.network": raise ValueError(f"{path} is no .spk file")
    return decode(data, "Network")

def read_trace(path):
    if numpy: return dict(numpy.load(path))
    def rows(npy):  # version 1 of the .npy format: a header as text, then int32
        end = 10 + struct.unpack("<H", npy[8:10])[0]
        width = ast.literal_eval(npy[10:end].decode())["shape"][1]
        values = array(npy[end:], "int32", None)
        return [values[i:i + width] for i in range(0, len(values), width)]
    with zipfile.ZipFile(path) as archive: return {name[:-4]: rows(archive.read(name)) for name in archive.namelist()}

if __name__ == "__main__":
    network = read_spk(sys.argv[1])
    print(network["name"], "T =", network["timesteps"])
    for projection in network["projections"]: print(projection["name"], len(projection["connection"]["weights"]))

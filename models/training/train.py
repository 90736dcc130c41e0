"""How digits_mlp.onnx and the files beside it were made: PyTorch 1.13, CPU, seed 0 (not needed to use spikec).

    python train.py OUTPUT_FOLDER
"""
import sys
from pathlib import Path

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import nn

EPOCHS, BATCH, PEAK_LEARNING_RATE, TRAINING_IMAGES, CALIBRATION_IMAGES = 120, 64, 5e-3, 1297, 1000


def digits():
    """uint8 images [N, 1, 8, 8] of 0..16 and labels, shuffled once; the last 500 are for testing."""
    data = load_digits()
    order = np.random.RandomState(0).permutation(len(data.images))
    images = data.images.astype(np.uint8)[:, None][order]
    labels = data.target.astype(np.uint8)[order]
    return (images[:TRAINING_IMAGES], labels[:TRAINING_IMAGES]), (images[TRAINING_IMAGES:], labels[TRAINING_IMAGES:])


def train(images, labels):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    x, y = torch.tensor(images).float() / 16, torch.tensor(labels).long()
    steps = EPOCHS * -(-len(x) // BATCH)
    optimizer = torch.optim.AdamW(model.parameters(), PEAK_LEARNING_RATE, weight_decay=5e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_LEARNING_RATE, total_steps=steps, pct_start=0.25)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(x)).split(BATCH):
            loss = nn.functional.cross_entropy(model(x[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return model.eval()


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    (train_x, train_y), (test_x, test_y) = digits()
    model = train(train_x, train_y)
    axes = {"input": {0: "batch"}, "logits": {0: "batch"}}
    torch.onnx.export(model, torch.zeros(1, 1, 8, 8), str(folder / "digits_mlp.onnx"), input_names=["input"],
                      output_names=["logits"], dynamic_axes=axes, opset_version=13)
    with torch.no_grad():
        logits = model(torch.tensor(test_x).float() / 16).numpy()
    np.save(folder / "digits.calib_x.npy", train_x[:CALIBRATION_IMAGES])
    np.save(folder / "digits.test_x.npy", test_x)
    np.save(folder / "digits.test_y.npy", test_y)
    np.save(folder / "digits_mlp.logits.npy", logits)
    print(f"test accuracy {(logits.argmax(1) == test_y).mean():.4f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

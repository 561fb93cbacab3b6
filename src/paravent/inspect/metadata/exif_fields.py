"""Which EXIF fields give what away. Names are exifread's; `Tag 0x....` are those it has no name for."""

from __future__ import annotations

from paravent.model.report import Kind

_Table = dict[tuple[Kind, str], str]


def _by_name(table: _Table) -> dict[str, tuple[Kind, str]]:
    return {name.replace("_", " "): meaning for meaning, names in table.items() for name in names.split()}


def _names(text: str) -> frozenset[str]:
    return frozenset(name.replace("_", " ") for name in text.split())


# Needed to show the picture, or pointers: nothing is given away.
STRUCTURE = _names(
    "ImageWidth ImageLength BitsPerSample Compression PhotometricInterpretation Orientation SamplesPerPixel "
    "StripOffsets RowsPerStrip StripByteCounts PlanarConfiguration XResolution YResolution ResolutionUnit "
    "YCbCrPositioning YCbCrCoefficients YCbCrSubSampling ReferenceBlackWhite ExifOffset GPSInfo "
    "InteroperabilityOffset InteroperabilityIndex InteroperabilityVersion SubIFDs ExifVersion FlashPixVersion "
    "ColorSpace ComponentsConfiguration ExifImageWidth ExifImageLength JPEGInterchangeFormat "
    "JPEGInterchangeFormatLength MakerNote OffsetSchema SubSecTime SubSecTimeOriginal "
    "SubSecTimeDigitized WhitePoint PrimaryChromaticities TransferFunction"
)

# Times, with the field that holds their fraction of a second.
TIMES = {
    "DateTime": "SubSecTime",
    "DateTimeOriginal": "SubSecTimeOriginal",
    "DateTimeDigitized": "SubSecTimeDigitized",
}

# Tag 0xC614 UniqueCameraModel, 0xC62F CameraSerialNumber (DNG); EXIF 3.0: 0xA437 Photographer, 0xA438 ImageEditor,
# 0xA439 CameraFirmware, 0xA43A RAWDevelopingSoftware, 0xA43B ImageEditingSoftware, 0xA43C MetadataEditingSoftware.
FIELDS = _by_name(
    {
        (Kind.DEVICE, ""): "Make Model LensMake LensModel HostComputer Tag_0xC614",
        (Kind.SERIAL, "body"): "BodySerialNumber SerialNumber Tag_0xC62F",
        (Kind.SERIAL, "lens"): "LensSerialNumber",
        (Kind.PERSON_NAME, "owner"): "CameraOwnerName OwnerName",
        (Kind.PERSON_NAME, "author"): "Artist XPAuthor Tag_0xA437 Tag_0xA438",
        (Kind.PERSON_NAME, "copyright"): "Copyright",
        (Kind.SOFTWARE, ""): "Software Tag_0xA439 Tag_0xA43A Tag_0xA43B Tag_0xA43C",
        (Kind.IDENTIFIER, ""): "ImageUniqueID ImageNumber DocumentName",
        (Kind.TIME, "time-zone"): "OffsetTime OffsetTimeOriginal OffsetTimeDigitized TimeZoneOffset",
    }
)

# Free text. Tag 0xA436 is ImageTitle (EXIF 3.0).
TEXTS = _names(
    "ImageDescription UserComment XPTitle XPComment XPKeywords XPSubject ImageHistory PageName RelatedSoundFile Tag_0xA436"
)

# Windows' own fields, in UTF-16.
WIDE_TEXTS = _names("XPTitle XPComment XPKeywords XPSubject XPAuthor")

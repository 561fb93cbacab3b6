"""What exiftool, a reader nobody here wrote, may see in a prepared copy."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

# Group of exiftool's -G1 -> tags that say how a picture is stored, and nothing about who, where, when or with what.
ALLOWED: dict[str, set[str]] = {
    "ExifTool": {"ExifToolVersion"},
    "System": {
        *("FileName", "Directory", "FileSize", "FilePermissions"),
        *("FileModifyDate", "FileAccessDate", "FileInodeChangeDate"),
    },
    "File": {
        *("FileType", "FileTypeExtension", "MIMEType", "ImageWidth", "ImageHeight", "BitsPerSample", "ColorComponents"),
        *("EncodingProcess", "YCbCrSubSampling", "ExifByteOrder", "BMPVersion", "Planes", "BitDepth", "Compression"),
        *("ImageLength", "PixelsPerMeterX", "PixelsPerMeterY", "NumColors", "NumImportantColors"),
    },
    "JFIF": {"JFIFVersion", "ResolutionUnit", "XResolution", "YResolution"},
    "IFD0": {"Orientation"},
    "PNG": {
        *("ImageWidth", "ImageHeight", "BitDepth", "ColorType", "Compression", "Filter", "Interlace"),
        *("Palette", "Transparency", "ProfileName", "AnimationFrames", "AnimationPlays"),
    },
    "RIFF": {"VP8Version", "ImageWidth", "HorizontalScale", "ImageHeight", "VerticalScale", "WebP_Flags"}
    | {"AlphaIsUsed", "AlphaPreprocessing", "AlphaFiltering", "AlphaCompression"}
    | {"AnimationLoopCount", "BackgroundColor", "FrameCount", "Duration"},
    "GIF": {
        *("GIFVersion", "ImageWidth", "ImageHeight", "HasColorMap", "ColorResolutionDepth", "BitsPerPixel"),
        *("BackgroundColor", "AnimationIterations", "FrameCount", "Duration", "TransparentColor"),
    },
    "Jpeg2000": {
        *("ImageHeight", "ImageWidth", "NumberOfComponents", "BitsPerComponent", "Compression", "ColorSpace"),
        *("MajorBrand", "MinorVersion", "CompatibleBrands", "ColorSpecMethod", "ColorSpecPrecedence"),
        *("ColorSpecApproximation", "ComponentDefinition"),
    },
    # The clean profiles of formats/icc.py: fixed texts and numbers, no maker, no device, no date of use.
    "ICC-header": {
        *("ProfileCMMType", "ProfileVersion", "ProfileClass", "ColorSpaceData", "ProfileConnectionSpace"),
        *("ProfileDateTime", "ProfileFileSignature", "PrimaryPlatform", "CMMFlags", "DeviceManufacturer", "DeviceModel"),
        *("DeviceAttributes", "RenderingIntent", "ConnectionSpaceIlluminant", "ProfileCreator", "ProfileID"),
    },
    "ICC_Profile": {
        *("ProfileDescription", "ProfileCopyright", "MediaWhitePoint", "ChromaticAdaptation"),
        *("RedMatrixColumn", "GreenMatrixColumn", "BlueMatrixColumn"),
        *("RedTRC", "GreenTRC", "BlueTRC"),
    },
    "Composite": {"ImageSize", "Megapixels"},
}
# Only in copies made with --ask-no-ai and --credit.
MARKS: dict[str, set[str]] = {"XMP-plus": {"DataMining"}, "XMP-tdm": {"Reservation"}, "XMP-dc": {"Rights"}}
# TIFF and ISO BMFF keep the picture itself in tags and boxes.
TIFF = {
    *("SubfileType", "ImageWidth", "ImageHeight", "BitsPerSample", "Compression", "PhotometricInterpretation"),
    *("StripOffsets", "Orientation", "SamplesPerPixel", "RowsPerStrip", "StripByteCounts", "PlanarConfiguration"),
    *(
        "PageNumber",
        "Predictor",
        "ColorMap",
        "ExtraSamples",
        "SampleFormat",
        "XResolution",
        "YResolution",
        "ResolutionUnit",
    ),
}
ISO = {
    *("MajorBrand", "MinorVersion", "CompatibleBrands", "HandlerType", "PrimaryItemReference", "MetaImageSize"),
    *("ImageSpatialExtent", "ImagePixelDepth", "HEVCConfigurationVersion", "GeneralProfileSpace", "GeneralTierFlag"),
    *("GeneralProfileIDC", "GenProfileCompatibilityFlags", "ConstraintIndicatorFlags", "GeneralLevelIDC"),
    *("MinSpatialSegmentationIDC", "ParallelismType", "ChromaFormat", "BitDepthLuma", "BitDepthChroma"),
    *("AverageFrameRate", "ConstantFrameRate", "NumTemporalLayers", "TemporalIDNested", "ColorProfiles"),
    *("ColorPrimaries", "TransferCharacteristics", "MatrixCoefficients", "VideoFullRangeFlag", "Rotation"),
    *("AV1ConfigurationVersion", "ChromaSamplePosition", "AuxiliaryImageType", "ImageWidth", "ImageHeight"),
    *("MediaDataSize", "MediaDataOffset", "MediaData", "CleanAperture"),
    *("SeqProfile", "SeqLevelIdx0", "SeqTier0", "HighBitDepth", "TwelveBit", "InitialDelaySamples"),
    *("Monochrome", "ChromaSubsamplingX", "ChromaSubsamplingY", "Mirroring"),
}

# What an AVIF sequence says besides, as a film does; exiftool takes it for one. All dates are zero.
SEQUENCE: dict[str, set[str]] = {
    "QuickTime": ISO
    | {"MovieHeaderVersion", "CreateDate", "ModifyDate", "TimeScale", "Duration", "PreferredRate", "PreferredVolume"}
    | {"MatrixStructure", "PreviewTime", "PreviewDuration", "PosterTime", "SelectionTime", "SelectionDuration"}
    | {"CurrentTime", "NextTrackID"},
    "Track1": {
        *("TrackHeaderVersion", "TrackCreateDate", "TrackModifyDate", "TrackID", "TrackDuration", "TrackLayer"),
        *("TrackVolume", "MatrixStructure", "ImageWidth", "ImageHeight", "MediaHeaderVersion", "MediaCreateDate"),
        *("MediaModifyDate", "MediaTimeScale", "MediaDuration", "MediaLanguageCode", "HandlerType", "GraphicsMode"),
        *("OpColor", "OtherFormat", "ColorProfiles", "ColorPrimaries", "TransferCharacteristics", "MatrixCoefficients"),
        *("VideoFullRangeFlag", "CompressorID", "SourceImageWidth", "SourceImageHeight", "XResolution", "YResolution"),
        *("CompressorName", "BitDepth", "VideoFrameRate", "TimeToSampleTable", "SampleToChunk", "SampleSizes"),
        *("ChunkOffset", "SyncSampleTable", "Unknown_edts", "Unknown_av1C", "Unknown_colr", "Unknown_ccst"),
    },
    "Meta": ISO,
    "Composite": {"AvgBitrate", "Rotation"},
}

# A film's copy: the same boxes, the parameters of its coding, and a sound track if it was kept. All dates are zero.
VIDEO: dict[str, set[str]] = SEQUENCE | {
    "Track1": SEQUENCE["Track1"]
    | {"AVCConfiguration", "ChunkOffset64", "CompositionTimeToSample", "Unknown_hvcC", "Unknown_vpcC"},
    "Track2": {
        *("TrackHeaderVersion", "TrackCreateDate", "TrackModifyDate", "TrackID", "TrackDuration", "TrackLayer"),
        *("TrackVolume", "MatrixStructure", "MediaHeaderVersion", "MediaCreateDate", "MediaModifyDate", "MediaTimeScale"),
        *("MediaDuration", "MediaLanguageCode", "HandlerType", "Balance", "AudioFormat", "AudioChannels"),
        *("AudioBitsPerSample", "AudioSampleRate", "TimeToSampleTable", "SampleToChunk", "SampleSizes", "ChunkOffset64"),
        *("Unknown_edts", "Unknown_esds"),
    },
}


def surplus(paths: Iterable[Path], asked: Mapping[str, set[str]] | None = None) -> list[str]:
    """File, group and tag of everything that exiftool sees and that is not allowed; no values.

    asked: further tags by group that are allowed because somebody wanted them.
    """
    names = [str(path) for path in paths]
    if not names:
        return []
    command = ["exiftool", "-a", "-u", "-G1", "-ee3", "-j", "-s", *names]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = []
    for record in json.loads(done.stdout):
        file_type = record.get("File:FileType", "")
        for name in record:
            group, _, tag = name.rpartition(":")
            group = group.split(":")[0]
            if name != "SourceFile" and not _allowed(group, tag, file_type) and tag not in (asked or {}).get(group, ()):
                found.append(f"{record['SourceFile']} ({file_type}): {name}")
    return found


def _allowed(group: str, tag: str, file_type: str) -> bool:
    if file_type == "TIFF" and group.startswith("IFD"):
        return tag in TIFF
    if file_type in {"HEIC", "HEIF", "AVIF"} and group in {"QuickTime", "Meta", "File"}:
        return tag in ISO | ALLOWED["File"]
    if file_type == "MP4" and group in VIDEO:
        return tag in VIDEO[group] | ALLOWED.get(group, set())
    return tag in ALLOWED.get(group, set())

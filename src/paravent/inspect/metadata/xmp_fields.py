"""Which XMP properties give what away. Names are those of Adobe, IPTC, CIPA (EXIF for XMP), MWG, Google."""

from __future__ import annotations

from paravent.model.report import Kind

NAMESPACES: dict[str, str] = {
    "adobe:ns:meta/": "x",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/XML/1998/namespace": "xml",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xap/1.0/mm/": "xmpMM",
    "http://ns.adobe.com/xap/1.0/rights/": "xmpRights",
    "http://ns.adobe.com/xap/1.0/g/img/": "xmpGImg",
    "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#": "stEvt",
    "http://ns.adobe.com/xap/1.0/sType/ResourceRef#": "stRef",
    "http://ns.adobe.com/xap/1.0/sType/Area#": "stArea",
    "http://ns.adobe.com/xap/1.0/sType/Dimensions#": "stDim",
    "http://ns.adobe.com/xmp/sType/Area#": "stArea",
    "http://ns.adobe.com/xmp/note/": "xmpNote",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://ns.adobe.com/exif/1.0/aux/": "aux",
    "http://cipa.jp/exif/1.0/": "exifEX",
    "http://cipa.jp/exif/1.0/exifEX": "exifEX",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://ns.adobe.com/lightroom/1.0/": "lr",
    "http://ns.adobe.com/hdr-gain-map/1.0/": "hdrgm",
    "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/": "Iptc4xmpCore",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "Iptc4xmpExt",
    "http://ns.useplus.org/ldf/xmp/1.0/": "plus",
    "http://www.metadataworkinggroup.com/schemas/regions/": "mwg-rs",
    "http://www.metadataworkinggroup.com/schemas/keywords/": "mwg-kw",
    "http://www.metadataworkinggroup.com/schemas/collections/": "mwg-coll",
    "http://ns.microsoft.com/photo/1.0/": "MicrosoftPhoto",
    "http://ns.microsoft.com/photo/1.0": "MicrosoftPhoto",
    "http://ns.microsoft.com/photo/1.2/": "MP",
    "http://ns.microsoft.com/photo/1.2/t/RegionInfo#": "MPRI",
    "http://ns.microsoft.com/photo/1.2/t/Region#": "MPReg",
    "http://www.digikam.org/ns/1.0/": "digiKam",
    "http://ns.acdsee.com/iptc/1.0/": "acdsee",
    "http://ns.apple.com/faceinfo/1.0/": "apple-fi",
    "http://ns.google.com/photos/1.0/camera/": "GCamera",
    "http://ns.google.com/photos/1.0/container/": "Container",
    "http://ns.google.com/photos/1.0/container/item/": "Item",
    "http://ns.google.com/photos/1.0/image/": "GImage",
    "http://ns.google.com/photos/1.0/depthmap/": "GDepth",
    "http://ns.google.com/photos/1.0/audio/": "GAudio",
    "http://ns.google.com/photos/1.0/panorama/": "GPano",
    "http://www.dji.com/drone-dji/1.0/": "drone-dji",
}

# By kind and precision; names apart by spaces. "position": precision is read from the number.
_TABLE: dict[tuple[Kind, str], str] = {
    (Kind.PLACE, "position"): "exif:GPSLatitude exif:GPSLongitude exif:GPSDestLatitude exif:GPSDestLongitude "
    "drone-dji:GpsLatitude drone-dji:GpsLongitude drone-dji:GPSLatitude drone-dji:GPSLongitude",
    (Kind.PLACE, "direction"): "exif:GPSImgDirection exif:GPSTrack exif:GPSDestBearing GPano:PoseHeadingDegrees",
    (Kind.PLACE, "altitude"): "exif:GPSAltitude drone-dji:AbsoluteAltitude drone-dji:RelativeAltitude",
    (Kind.PLACE, "named-place"): "photoshop:City photoshop:State photoshop:Country Iptc4xmpCore:Location "
    "Iptc4xmpCore:CountryCode Iptc4xmpExt:City Iptc4xmpExt:Sublocation Iptc4xmpExt:ProvinceState "
    "Iptc4xmpExt:CountryName Iptc4xmpExt:CountryCode Iptc4xmpExt:WorldRegion Iptc4xmpExt:LocationName "
    "Iptc4xmpExt:LocationId exif:GPSAreaInformation",
    (Kind.TIME, ""): "exif:DateTimeOriginal exif:DateTimeDigitized exif:GPSTimeStamp xmp:CreateDate xmp:ModifyDate "
    "xmp:MetadataDate photoshop:DateCreated stEvt:when tiff:DateTime dc:date GPano:FirstPhotoDate GPano:LastPhotoDate "
    "stRef:lastModifyDate MicrosoftPhoto:DateAcquired",
    (Kind.TIME, "time-zone"): "exifEX:OffsetTime exifEX:OffsetTimeOriginal exifEX:OffsetTimeDigitized",
    (Kind.DEVICE, ""): "tiff:Make tiff:Model aux:Lens aux:LensInfo exifEX:LensModel exifEX:LensMake "
    "MicrosoftPhoto:CameraManufacturer MicrosoftPhoto:CameraModel",
    (Kind.SERIAL, "body"): "aux:SerialNumber exifEX:BodySerialNumber MicrosoftPhoto:CameraSerialNumber "
    "drone-dji:CameraSerialNumber drone-dji:DroneSerialNumber",
    (Kind.SERIAL, "lens"): "aux:LensSerialNumber exifEX:LensSerialNumber aux:LensID",
    (Kind.PERSON_NAME, "owner"): "aux:OwnerName exifEX:CameraOwnerName xmpRights:Owner plus:CopyrightOwnerName",
    (Kind.PERSON_NAME, "author"): "dc:creator dc:contributor dc:publisher tiff:Artist photoshop:AuthorsPosition "
    "photoshop:CaptionWriter photoshop:Credit photoshop:Source xmp:Author plus:ImageCreatorName plus:LicensorName "
    "Iptc4xmpExt:AIPromptWriterName exifEX:Photographer exifEX:ImageEditor",
    (Kind.PERSON_NAME, "copyright"): "dc:rights tiff:Copyright xmpRights:UsageTerms xmpRights:WebStatement",
    (Kind.PERSON_NAME, "contact"): "Iptc4xmpCore:CiAdrExtadr Iptc4xmpCore:CiAdrCity Iptc4xmpCore:CiAdrRegion "
    "Iptc4xmpCore:CiAdrPcode Iptc4xmpCore:CiAdrCtry Iptc4xmpCore:CiEmailWork Iptc4xmpCore:CiTelWork "
    "Iptc4xmpCore:CiUrlWork plus:LicensorEmail plus:LicensorURL plus:LicensorTelephone1 plus:LicensorTelephone2",
    (Kind.PERSON_NAME, "depicted"): "mwg-rs:Name Iptc4xmpExt:PersonInImage Iptc4xmpExt:PersonName Iptc4xmpExt:PersonId "
    "MPReg:PersonDisplayName MPReg:PersonEmailDigest MPReg:PersonLiveIdCID MPReg:PersonSourceID",
    (Kind.CAPTION, ""): "dc:title dc:description tiff:ImageDescription exif:UserComment photoshop:Headline "
    "photoshop:Instructions xmp:Label xmp:Description Iptc4xmpCore:ExtDescrAccessibility Iptc4xmpCore:AltTextAccessibility "
    "Iptc4xmpExt:Event Iptc4xmpExt:EventName acdsee:caption acdsee:notes mwg-rs:Description mwg-coll:CollectionName",
    (Kind.CAPTION, "keywords"): "dc:subject lr:hierarchicalSubject digiKam:TagsList MicrosoftPhoto:LastKeywordXMP "
    "MicrosoftPhoto:LastKeywordIPTC mwg-kw:Keyword acdsee:keywords acdsee:categories Iptc4xmpCore:Scene "
    "Iptc4xmpCore:SubjectCode photoshop:SupplementalCategories photoshop:Category",
    (Kind.AI_PROMPT, ""): "Iptc4xmpExt:AIPromptInformation",
    (Kind.AI_PROMPT, "made-by-ai"): "Iptc4xmpExt:AISystemUsed Iptc4xmpExt:AISystemVersionUsed",
    (Kind.SOFTWARE, ""): "xmp:CreatorTool tiff:Software stEvt:softwareAgent GPano:StitchingSoftware "
    "GPano:CaptureSoftware GCamera:HdrPlusMakernoteVersion aux:Firmware exifEX:CameraFirmware",
    (Kind.IDENTIFIER, ""): "xmpMM:DocumentID xmpMM:InstanceID xmpMM:OriginalDocumentID xmpMM:PreservedFileName "
    "xmpMM:VersionID stEvt:instanceID stRef:documentID stRef:instanceID stRef:originalDocumentID stRef:filePath "
    "exif:ImageUniqueID aux:ImageNumber xmp:Identifier dc:identifier dc:source dcterms:provenance Iptc4xmpExt:DigImageGUID "
    "photoshop:DocumentAncestors photoshop:TransmissionReference Iptc4xmpExt:RegistryId plus:ImageSupplierImageID",
    (Kind.HIDDEN_PICTURE, "thumbnail"): "xmpGImg:image",
    (Kind.HIDDEN_PICTURE, ""): "GImage:Data",
    (Kind.HIDDEN_PICTURE, "depth-map"): "GDepth:Data GDepth:Confidence",
    (Kind.HIDDEN_DATA, "sound"): "GAudio:Data",
    (Kind.HIDDEN_DATA, "maker-note"): "GCamera:hdrp_makernote GCamera:HdrPlusMakernote GCamera:shot_log_data",
    (Kind.OTHER_METADATA, "motion-photo"): "GCamera:MicroVideo GCamera:MotionPhoto",
    (Kind.OTHER_METADATA, "gain-map"): "hdrgm:Version",
    (Kind.OTHER_METADATA, "panorama"): "GPano:ProjectionType GPano:UsePanoramaViewer",
    (Kind.OTHER_METADATA, "face-region"): "mwg-rs:Type MPReg:Rectangle apple-fi:AngleInfoYaw",
    (Kind.OTHER_METADATA, ""): "Iptc4xmpExt:DigitalSourceType",
}

FIELDS: dict[str, tuple[Kind, str]] = {name: meaning for meaning, names in _TABLE.items() for name in names.split()}

using System.Text;

namespace Gaia.Asset.MediaTypes;

/// <summary>The types that Gaia can tell by their bytes, the more specific first. Source: each format's specification.</summary>
internal static class MediaSignatures
{
    public static IReadOnlyList<MediaSignature> All { get; } =
    [
        new(["image/png"], At(0, "\x89PNG\r\n\x1a\n")),
        new(["image/jpeg", "image/jpg", "image/pjpeg"], At(0, "\xff\xd8\xff")),
        new(["image/gif"], At(0, "GIF87a")),
        new(["image/gif"], At(0, "GIF89a")),
        new(["image/webp"], At(0, "RIFF"), At(8, "WEBP")),
        new(["image/bmp", "image/x-ms-bmp"], At(0, "BM"), At(6, "\0\0\0\0")),
        new(["image/tiff"], At(0, "II*\0")),
        new(["image/tiff"], At(0, "MM\0*")),
        new(["image/x-icon", "image/vnd.microsoft.icon"], At(0, "\0\0\x01\0")),
        new(["image/avif"], At(4, "ftypavi")),
        new(["image/heic", "image/heif"], At(4, "ftyphei")),
        new(["image/heif", "image/heic", "image/avif"], At(4, "ftypmif1")),

        new(["audio/mp4", "audio/m4a", "audio/x-m4a"], At(4, "ftypM4A")),
        new(["video/quicktime"], At(4, "ftypqt")),
        new(["video/mp4", "audio/mp4", "video/quicktime", "video/3gpp", "video/x-m4v"], At(4, "ftyp")),
        new(["video/webm", "audio/webm", "video/x-matroska", "audio/x-matroska"], At(0, "\x1a\x45\xdf\xa3")),
        new(["video/x-msvideo", "video/avi"], At(0, "RIFF"), At(8, "AVI ")),
        new(["audio/wav", "audio/wave", "audio/x-wav", "audio/vnd.wave"], At(0, "RIFF"), At(8, "WAVE")),
        new(["audio/ogg", "video/ogg", "application/ogg", "audio/opus"], At(0, "OggS")),
        new(["audio/flac", "audio/x-flac"], At(0, "fLaC")),
        new(["audio/mpeg", "audio/mp3"], At(0, "ID3")),
        new(["audio/mpeg", "audio/mp3"], At(0, "\xff\xfb")),
        new(["audio/mpeg", "audio/mp3"], At(0, "\xff\xf3")),
        new(["audio/mpeg", "audio/mp3"], At(0, "\xff\xf2")),
        new(["audio/aac"], At(0, "\xff\xf1")),
        new(["audio/aac"], At(0, "\xff\xf9")),

        new(["application/pdf"], At(0, "%PDF-")),
        new(["model/gltf-binary"], At(0, "glTF")),
        new(["font/woff2"], At(0, "wOF2")),
        new(["font/woff"], At(0, "wOFF")),

        Archive("application/zip", At(0, "PK\x03\x04")),
        Archive("application/zip", At(0, "PK\x05\x06")),
        Archive("application/gzip", At(0, "\x1f\x8b")),
        Archive("application/x-7z-compressed", At(0, "7z\xbc\xaf\x27\x1c")),
        Archive("application/vnd.rar", At(0, "Rar!\x1a\x07")),
        Archive("application/x-xz", At(0, "\xfd" + "7zXZ\0")),
        Archive("application/x-bzip2", At(0, "BZh")),
        Archive("application/zstd", At(0, "\x28\xb5\x2f\xfd")),
        Archive("application/x-tar", At(257, "ustar")),
    ];

    // Latin-1 gives each character the byte of its number.
    private static MediaSignature.Part At(int offset, string bytes) => new(offset, Encoding.Latin1.GetBytes(bytes));

    private static MediaSignature Archive(string type, MediaSignature.Part part) => new([type], part) { IsArchive = true };
}

namespace Gaia.Tests.Assets;

internal static class Exif
{
    /// <summary>Puts an EXIF header with nothing but the orientation behind the start marker of a JPEG.</summary>
    public static byte[] WithOrientation(byte[] jpeg, byte orientation)
    {
        byte[] header =
        [
            0xFF, 0xE1, 0x00, 0x22,
            .. "Exif\0\0"u8,
            .. "MM\0*"u8, 0, 0, 0, 8,
            0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0,
            0, 0, 0, 0,
        ];
        return [.. jpeg[..2], .. header, .. jpeg[2..]];
    }
}

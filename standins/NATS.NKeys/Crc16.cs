namespace NATS.NKeys;

/// <summary>CRC-16/XMODEM, the checksum at the end of every encoded key.</summary>
internal static class Crc16
{
    private const int Polynomial = 0x1021;

    public static ushort Of(ReadOnlySpan<byte> data)
    {
        var crc = 0;
        foreach (var octet in data)
        {
            crc ^= octet << 8;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 0x8000) == 0 ? crc << 1 : (crc << 1) ^ Polynomial;
            }
        }

        return (ushort)crc;
    }
}

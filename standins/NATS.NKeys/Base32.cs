namespace NATS.NKeys;

/// <summary>RFC 4648 base32, written without padding and read with or without it.</summary>
public static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static int GetEncodedLength(ReadOnlySpan<byte> data) => ((data.Length * 8) + 4) / 5;

    /// <exception cref="ArgumentException">A character is outside the alphabet.</exception>
    public static int GetDataLength(ReadOnlySpan<char> encoded)
    {
        var digits = 0;
        foreach (var character in encoded)
        {
            if (!IsPadding(character))
            {
                _ = Digit(character);
                digits++;
            }
        }

        return digits * 5 / 8;
    }

    /// <summary>Returns how many characters were written.</summary>
    /// <exception cref="ArgumentException">The output is too short.</exception>
    public static int ToBase32(ReadOnlySpan<byte> data, Span<char> output)
    {
        if (output.Length < GetEncodedLength(data))
        {
            throw new ArgumentException("The output is too short.", nameof(output));
        }

        var (pending, bits, written) = (0, 0, 0);
        foreach (var octet in data)
        {
            pending = (pending << 8) | octet;
            for (bits += 8; bits >= 5; bits -= 5)
            {
                output[written++] = Alphabet[(pending >> (bits - 5)) & 31];
            }

            pending &= (1 << bits) - 1;
        }

        if (bits > 0)
        {
            output[written++] = Alphabet[(pending << (5 - bits)) & 31];
        }

        return written;
    }

    /// <summary>Returns how many bytes were written; the result must hold <see cref="GetDataLength"/> of them.</summary>
    /// <exception cref="ArgumentException">A character is outside the alphabet.</exception>
    public static int FromBase32(ReadOnlySpan<char> encoded, Span<byte> result)
    {
        var (pending, bits, written) = (0, 0, 0);
        foreach (var character in encoded)
        {
            if (IsPadding(character))
            {
                continue;
            }

            pending = (pending << 5) | Digit(character);
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                result[written++] = (byte)(pending >> bits);
                pending &= (1 << bits) - 1;
            }
        }

        return written;
    }

    private static bool IsPadding(char character) => character == '=';

    private static int Digit(char character) => character switch
    {
        >= 'A' and <= 'Z' => character - 'A',
        >= '2' and <= '7' => character - '2' + 26,
        _ => throw new ArgumentException("A character is outside the base32 alphabet."),
    };
}

namespace Gaia.Chat.Cards;

/// <summary>Reads what is unpacked or sent by strangers, and no more of it than there may be.</summary>
internal static class LimitedRead
{
    /// <exception cref="Errors.ChatException">There is more than the limit.</exception>
    public static byte[] ToEnd(Stream stream, int limit, string what)
    {
        using var read = new MemoryStream();
        var buffer = new byte[81_920];
        for (int count; (count = stream.Read(buffer)) > 0;)
        {
            Check(read.Length + count, limit, what);
            read.Write(buffer, 0, count);
        }

        return read.ToArray();
    }

    /// <exception cref="Errors.ChatException">There is more than the limit.</exception>
    public static async Task<byte[]> ToEndAsync(Stream stream, int limit, string what, CancellationToken ct)
    {
        using var read = new MemoryStream();
        var buffer = new byte[81_920];
        for (int count; (count = await stream.ReadAsync(buffer, ct)) > 0;)
        {
            Check(read.Length + count, limit, what);
            read.Write(buffer, 0, count);
        }

        return read.ToArray();
    }

    private static void Check(long length, int limit, string what)
    {
        if (length > limit)
        {
            throw CardError.TooLarge(what, limit);
        }
    }
}

using System.Buffers;
using System.Text.Json;

namespace Gaia.Caching.Store;

/// <summary>
/// What Redis holds under a key: <c>{"v":version,"e":fresh until,"d":value}</c>, or <c>{"v":version,"x":1}</c>, the tombstone of an invalidation.
/// The version comes first, because the scripts find it by pattern.
/// </summary>
internal readonly record struct Envelope
{
    /// <summary>Versions are whole numbers that Lua's doubles can tell apart.</summary>
    public const long VersionLimit = 1L << 53;

    /// <exception cref="ArgumentOutOfRangeException">It is no version.</exception>
    public static long Checked(long version) => version is >= 0 and < VersionLimit ? version
        : throw new ArgumentOutOfRangeException(nameof(version), version, $"Versions are from 0 to {VersionLimit - 1}.");

    public required long Version { get; init; }

    /// <summary>Milliseconds since 1970, on Redis' clock.</summary>
    public long FreshUntil { get; init; }

    public bool IsTombstone { get; init; }

    public ReadOnlyMemory<byte> Data { get; init; }

    public byte[] Write()
    {
        var buffer = new ArrayBufferWriter<byte>(Data.Length + 64);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteNumber("v"u8, Version);
        json.WriteNumber("e"u8, FreshUntil);
        json.WritePropertyName("d"u8);
        json.WriteRawValue(Data.Span, skipInputValidation: true);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Null for whatever this code did not write: foreign, corrupt, or from another age.</summary>
    public static Envelope? Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return Parse(bytes);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Envelope? Parse(ReadOnlyMemory<byte> bytes)
    {
        var json = new Utf8JsonReader(bytes.Span);
        long version = -1, freshUntil = 0;
        var tombstone = false;
        ReadOnlyMemory<byte>? data = null;
        if (!json.Read() || json.TokenType is not JsonTokenType.StartObject)
        {
            return null;
        }

        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var name = json.ValueSpan is [var letter] ? (char)letter : '?';
            json.Read();
            var recognized = name switch
            {
                'v' => json.TokenType is JsonTokenType.Number && json.TryGetInt64(out version),
                'e' => json.TokenType is JsonTokenType.Number && json.TryGetInt64(out freshUntil),
                'x' => tombstone = true,
                'd' => (data = Raw(ref json, bytes)) is not null,
                _ => false,
            };
            if (!recognized)
            {
                return null;
            }
        }

        return version is < 0 or >= VersionLimit || (data is null && !tombstone) || json.BytesConsumed != bytes.Length
            ? null
            : new Envelope { Version = version, FreshUntil = freshUntil, IsTombstone = tombstone, Data = data ?? default };
    }

    private static ReadOnlyMemory<byte> Raw(ref Utf8JsonReader json, ReadOnlyMemory<byte> bytes)
    {
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return bytes[start..(int)json.BytesConsumed];
    }
}

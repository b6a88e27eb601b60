using System.Buffers;
using System.Text.Json;

namespace Gaia.Caching;

/// <summary>
/// What Redis holds under a key: <c>{"v":version,"e":fresh until,"d":value}</c>, or <c>{"v":version,"x":1}</c>, the tombstone of an invalidation.
/// The version comes first, because the scripts find it by pattern. Optional: <c>"s"</c> schema, <c>"t"</c> epochs by tag.
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

    public int Schema { get; init; }

    public IReadOnlyDictionary<string, long>? Tags { get; init; }

    public ReadOnlyMemory<byte> Data { get; init; }

    public static Envelope Of(Entry entry, Ask ask, byte[] data, long freshUntil) => new()
    {
        Version = entry.Version,
        FreshUntil = freshUntil,
        Schema = ask.Region.Schema,
        Tags = entry.Tags?.Epochs,
        Data = data,
    };

    public byte[] Write()
    {
        var buffer = new ArrayBufferWriter<byte>(Data.Length + 64);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteNumber("v"u8, Version);
        json.WriteNumber("e"u8, FreshUntil);
        if (Schema is not 0)
        {
            json.WriteNumber("s"u8, Schema);
        }

        if (Tags is not null)
        {
            json.WriteStartObject("t"u8);
            foreach (var (tag, epoch) in Tags)
            {
                json.WriteNumber(tag, epoch);
            }

            json.WriteEndObject();
        }

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
        long version = -1, freshUntil = 0, schema = 0;
        var tombstone = false;
        ReadOnlyMemory<byte>? data = null;
        Dictionary<string, long>? tags = null;
        if (!json.Read() || json.TokenType is not JsonTokenType.StartObject)
        {
            return null;
        }

        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var name = json.ValueSpan is [var letter] ? (char)letter : '?';
            json.Read();
            var understood = name switch
            {
                'v' => json.TokenType is JsonTokenType.Number && json.TryGetInt64(out version),
                'e' => json.TokenType is JsonTokenType.Number && json.TryGetInt64(out freshUntil),
                's' => json.TokenType is JsonTokenType.Number && json.TryGetInt64(out schema),
                'x' => tombstone = true,
                't' => (tags = JsonSerializer.Deserialize<Dictionary<string, long>>(ref json)) is not null,
                'd' => (data = Raw(ref json, bytes)) is not null,
                _ => false,
            };
            if (!understood)
            {
                return null;
            }
        }

        return version is < 0 or >= VersionLimit || (data is null && !tombstone) || json.BytesConsumed != bytes.Length
            ? null
            : new Envelope { Version = version, FreshUntil = freshUntil, IsTombstone = tombstone, Schema = (int)schema, Tags = tags, Data = data ?? default };
    }

    private static ReadOnlyMemory<byte> Raw(ref Utf8JsonReader json, ReadOnlyMemory<byte> bytes)
    {
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return bytes[start..(int)json.BytesConsumed];
    }
}

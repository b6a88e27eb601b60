using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gaia.Caching.Advice;

namespace Gaia.Caching.Administration;

internal enum QuestionKind
{
    Stats,
    Hot,
    Counters,
    Warm,
    Keys,
    Consistency,
    Advice,
    Try,
}

/// <summary>What one node asks all.</summary>
internal sealed record NodeQuestion
{
    public required QuestionKind Kind { get; init; }

    /// <summary>Minutes of statistics, or number of keys.</summary>
    public int Amount { get; init; }

    /// <summary>Keys of which each node says what it would answer.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>The same, with a digest of the value.</summary>
    public IReadOnlyList<string> DigestKeys { get; init; } = [];

    /// <summary>The regions of which each node is to choose some keys.</summary>
    public IReadOnlyList<string> Regions { get; init; } = [];

    /// <summary>What is to be tried.</summary>
    public TtlTrialStart? Trial { get; init; }

    public static NodeQuestion? Read(byte[] message) => NodeJson.Read<NodeQuestion>(message);

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, NodeJson.Options);
}

/// <summary>One node's answer, compressed: a day of statistics would be too long for a message otherwise.</summary>
internal sealed record NodeReply
{
    public required string Service { get; init; }

    public required string Instance { get; init; }

    /// <summary>The answer takes its time and follows.</summary>
    public bool IsAtWork { get; init; }

    public CacheStats? Stats { get; init; }

    public IReadOnlyList<HotKey>? Hot { get; init; }

    public CacheCounters? Counters { get; init; }

    public CacheWarmth? Warmth { get; init; }

    public NodeKeys? Keys { get; init; }

    public ConsistencyReport? Consistency { get; init; }

    public NodeAdvice? Advice { get; init; }

    /// <summary>A timestamp of the node that asked.</summary>
    [JsonIgnore]
    public long ReceivedAt { get; init; }

    public static NodeReply? Read(byte[] message)
    {
        try
        {
            using var reader = new BrotliStream(new MemoryStream(message), CompressionMode.Decompress);
            using var json = new MemoryStream();
            reader.CopyTo(json);
            return NodeJson.Read<NodeReply>(json.ToArray());
        }
        catch (Exception error) when (error is InvalidDataException or InvalidOperationException)
        {
            return null;
        }
    }

    public byte[] Write()
    {
        using var message = new MemoryStream();
        using (var writer = new BrotliStream(message, CompressionLevel.Fastest))
        {
            JsonSerializer.Serialize(writer, this, NodeJson.Options);
        }

        return message.ToArray();
    }
}

internal static class NodeJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <returns>Null for what another version of this library may have sent.</returns>
    public static T? Read<T>(byte[] json)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

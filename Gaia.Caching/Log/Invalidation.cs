using System.Text.Json;
using System.Text.Json.Serialization;
using Gaia.Caching.Engine;
using Gaia.Caching.Store;

namespace Gaia.Caching.Log;

/// <summary>One entry of the invalidation log. Either key or pattern is set.</summary>
internal sealed record Invalidation
{
    /// <summary>The key, without the prefix of the environment.</summary>
    [JsonPropertyName("key")]
    public string? Key { get; init; }

    /// <summary>Keys to forget without a new version: an administrator's flush.</summary>
    [JsonPropertyName("flush")]
    public string? Pattern { get; init; }

    /// <summary>From this version on values of the key are accepted. Null: forget the value, whatever its version.</summary>
    [JsonPropertyName("v")]
    public long? Version { get; init; }

    /// <summary>The version is a timestamp that Redis could not compare with what stands there: apply it even if a higher one is known.</summary>
    [JsonPropertyName("u")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsUnconfirmed { get; init; }

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, InvalidationJson.Default.Invalidation);

    /// <summary>Null for what is not an invalidation, or is one that no node could have written.</summary>
    public static Invalidation? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, InvalidationJson.Default.Invalidation) is { IsValid: true } read ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether a key is the one, or one of those, that it invalidates.</summary>
    public bool Concerns(string key) => Key == key || (Pattern is not null && KeyPattern.Matches(Pattern, key));

    /// <summary>False for one that no node could have written.</summary>
    [JsonIgnore]
    public bool IsValid
    {
        get
        {
            try
            {
                return (Key is null || CacheKey.Checked(Key) is not null) && (Version is null || Envelope.Checked(Version.Value) >= 0);
            }
            catch (ArgumentException)
            {
                return false;
            }
        }
    }
}

[JsonSerializable(typeof(Invalidation))]
[JsonSerializable(typeof(Invalidation[]))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class InvalidationJson : JsonSerializerContext;

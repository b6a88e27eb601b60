using System.Text.Json;
using Gaia.Caching.Engine;

namespace Gaia.Caching.Reading;

/// <summary>Values as JSON. Writing fails loudly, at the call that brought the value; reading what others wrote never does.</summary>
internal sealed class ValueSerializer(CachingOptions options)
{
    /// <exception cref="InvalidOperationException">The type cannot be written as JSON, or the value is larger than its region allows.</exception>
    public byte[] Write<T>(T value, CacheKeyState keyState)
    {
        byte[] json;
        try
        {
            json = JsonSerializer.SerializeToUtf8Bytes(value, options.Json);
        }
        catch (Exception error) when (error is NotSupportedException or JsonException)
        {
            throw new InvalidOperationException($"The value of cache key '{keyState.Key}' cannot be written: {typeof(T)} has no JSON form.", error);
        }

        return json.Length <= keyState.Region.MaximumBytes ? json : throw new InvalidOperationException(
            $"The value of cache key '{keyState.Key}' takes {json.Length} bytes; region '{keyState.Region.Name}' allows {keyState.Region.MaximumBytes}.");
    }

    public bool TryRead<T>(ReadOnlyMemory<byte> json, out T value)
    {
        try
        {
            value = JsonSerializer.Deserialize<T>(json.Span, options.Json)!;
            return true;
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            value = default!;
            return false;
        }
    }
}

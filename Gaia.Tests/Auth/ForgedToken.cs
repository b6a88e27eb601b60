using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gaia.Tests.Auth;

/// <summary>Writes tokens as an attacker would: any header, any claims, any signature.</summary>
internal static class ForgedToken
{
    public static (JsonObject Header, JsonObject Claims) Open(string token)
    {
        var parts = token.Split('.');
        return (Part(parts[0]), Part(parts[1]));
    }

    public static string Write(JsonNode header, JsonNode claims, Func<byte[], byte[]> sign)
    {
        var signed = $"{Encode(header)}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    public static string WriteHs256(JsonNode claims, byte[] key, JsonObject? header = null) =>
        Write(header ?? new() { ["alg"] = "HS256", ["typ"] = "JWT" }, claims, data => HMACSHA256.HashData(key, data));

    private static JsonObject Part(string text) => JsonNode.Parse(Base64Url.DecodeFromChars(text))!.AsObject();

    private static string Encode(JsonNode node) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(node));
}

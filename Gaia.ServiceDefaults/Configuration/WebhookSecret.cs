namespace Gaia;

/// <summary>The key that signs webhooks, in the form of Standard Webhooks.</summary>
internal static class WebhookSecret
{
    private const string Prefix = "whsec_";

    /// <returns>The key in base64; null when it is none, or not as long as the standard wants it.</returns>
    public static string? Normalize(string text)
    {
        var key = text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..] : text;
        var bytes = new byte[key.Length];
        return Convert.TryFromBase64String(key, bytes, out var length) && length is >= 24 and <= 64 ? key : null;
    }
}

using System.Text;
using Gaia.Asset.Errors;
using Microsoft.Net.Http.Headers;

namespace Gaia.Asset.MediaTypes;

/// <summary>Settles what content is, from its own bytes and from what the client says; when the two contradict each other it is refused.</summary>
internal static class MediaTypeCheck
{
    public const string Binary = "application/octet-stream";

    private const string PlainText = "text/plain";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly HashSet<string> Recognizable =
        MediaSignatures.All.SelectMany(signature => signature.Types).ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="RefusedUploadException">415: it is not what it is said to be, or it is an archive.</exception>
    public static string Settle(string? declared, ReadOnlySpan<byte> head)
    {
        var said = MediaTypeHeaderValue.TryParse(declared, out var header) ? header.MediaType.Value!.ToLowerInvariant() : null;
        if (said is null && !string.IsNullOrEmpty(declared))
        {
            throw Refuse($"\"{declared[..Math.Min(declared.Length, 100)]}\" is no media type");
        }

        var found = Find(head);
        if (found is { IsArchive: true })
        {
            throw Refuse($"Archives are not accepted, and the content is {found.Types[0]}");
        }

        if (said is null or Binary)
        {
            return found?.Types[0] ?? (IsText(head) ? PlainText : Binary);
        }

        var fits = found is not null ? found.Types.Contains(said) : !Recognizable.Contains(said) && (!MeansText(said) || IsText(head));
        return fits ? said : throw Refuse($"The content is {found?.Types[0] ?? "something else"}, not {said}");
    }

    private static MediaSignature? Find(ReadOnlySpan<byte> head)
    {
        foreach (var signature in MediaSignatures.All)
        {
            if (signature.Matches(head))
            {
                return signature;
            }
        }

        return null;
    }

    private static bool MeansText(string type) =>
        type.StartsWith("text/", StringComparison.Ordinal) || type.EndsWith("+json", StringComparison.Ordinal) || type.EndsWith("+xml", StringComparison.Ordinal)
        || type is "application/json" or "application/xml" or "application/javascript" or "application/yaml";

    private static bool IsText(ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty || head.Contains((byte)0))
        {
            return false;
        }

        try
        {
            // A decoder that is not flushed forgives a character that the end of the head cuts in two.
            StrictUtf8.GetDecoder().GetCharCount(head, flush: false);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static RefusedUploadException Refuse(string detail) => new(StatusCodes.Status415UnsupportedMediaType, detail);
}

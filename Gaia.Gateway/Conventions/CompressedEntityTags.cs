using Microsoft.Extensions.Primitives;

namespace Gaia.Gateway.Conventions;

/// <summary>
/// Gives the compressed form of an answer an entity tag of its own, as it is another representation (RFC 9110, 8.8.3.3): "5" compressed with gzip is "5-gzip".
/// Services know the plain tags only, so the suffix is removed from the conditions of requests.
/// </summary>
internal static class CompressedEntityTags
{
    private static readonly string[] Encodings = ["br", "gzip"];

    /// <summary>Removes the suffix from the tags that a client sends back.</summary>
    /// <returns>The tags as they were sent.</returns>
    public static StringValues RemoveSuffixes(IHeaderDictionary request)
    {
        var sent = request.IfNoneMatch;
        if (sent.Count > 0)
        {
            request.IfNoneMatch = RemoveSuffixes(sent);
        }

        if (request.IfMatch is { Count: > 0 } expected)
        {
            request.IfMatch = RemoveSuffixes(expected);
        }

        return sent;
    }

    /// <summary>Marks the tag of an answer that has been compressed, or that a client has and may go on using.</summary>
    /// <param name="response">The answer, just before its headers are sent.</param>
    /// <param name="known">The tags of the request's <c>If-None-Match</c>, as they were sent.</param>
    public static void AddSuffix(HttpResponse response, StringValues known)
    {
        if (response.Headers.ETag is not [{ Length: > 2 } tag])
        {
            return;
        }

        if (response.StatusCode == StatusCodes.Status304NotModified)
        {
            var used = Array.Find(Encodings, encoding => known.Any(sent => sent is not null && sent.Contains(WithSuffix(tag, encoding), StringComparison.Ordinal)));
            response.Headers.ETag = used is null ? tag : WithSuffix(tag, used);
        }
        else if (response.Headers.ContentEncoding is [{ Length: > 0 } encoding])
        {
            response.Headers.ETag = WithSuffix(tag, encoding);
        }
    }

    private static string WithSuffix(string tag, string encoding) => $"{tag[..^1]}-{encoding}\"";

    private static StringValues RemoveSuffixes(StringValues tags) => Array.ConvertAll(
        tags.ToArray(),
        tag => Encodings.Aggregate(tag, (text, encoding) => text?.Replace($"-{encoding}\"", "\"", StringComparison.Ordinal)));
}

using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Gaia.Gateway.Conventions;

/// <summary>Compresses what is large enough to gain by it. Never server-sent events: their types are not among those compressed.</summary>
internal sealed class LargeResponseCompression(IServiceProvider services, IOptions<ResponseCompressionOptions> options) : ResponseCompressionProvider(services, options)
{
    private const int Smallest = 1_000;

    public override bool ShouldCompressResponse(HttpContext context)
    {
        if (IsReadByRange(context.Response) || !base.ShouldCompressResponse(context))
        {
            return false;
        }

        if (context.Response.ContentLength is not < Smallest)
        {
            return true;
        }

        // A longer answer at the same address would be compressed, and so is one whose length is not known yet.
        var vary = context.Response.Headers.GetCommaSeparatedValues(HeaderNames.Vary);
        if (!vary.Contains(HeaderNames.AcceptEncoding, StringComparer.OrdinalIgnoreCase))
        {
            context.Response.Headers.AppendCommaSeparatedValues(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        }

        return false;
    }

    /// <summary>A download that breaks off is resumed by a range of the bytes as they are stored, under the same entity tag: it must have begun with those.</summary>
    private static bool IsReadByRange(HttpResponse response) => response.Headers.AcceptRanges.Count > 0;
}

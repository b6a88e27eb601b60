using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;

namespace Gaia.Gateway.Conventions;

/// <summary>Compresses what is large enough to gain by it. Never server-sent events: their types are not among those compressed.</summary>
internal sealed class LargeResponseCompression(IServiceProvider services, IOptions<ResponseCompressionOptions> options) : ResponseCompressionProvider(services, options)
{
    private const int Smallest = 1_000;

    public override bool ShouldCompressResponse(HttpContext context) =>
        context.Response.ContentLength is not < Smallest && !IsReadByRange(context.Response) && base.ShouldCompressResponse(context);

    /// <summary>A download that breaks off is resumed by a range of the bytes as they are stored, under the same entity tag: it must have begun with those.</summary>
    private static bool IsReadByRange(HttpResponse response) => response.Headers.AcceptRanges.Count > 0;
}

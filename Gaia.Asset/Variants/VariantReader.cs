using Gaia.Asset.Errors;
using Gaia.Asset.Files;
using Gaia.Asset.Images;
using Microsoft.Extensions.Options;

namespace Gaia.Asset.Variants;

/// <summary>Answers a request for a variant.</summary>
internal sealed class VariantReader(VariantService variants, IOptions<ImageOptions> options)
{
    // RFC 9211 says what each word means.
    private const string CacheStatus = "Cache-Status";

    public async Task<VariantReading> FindAsync(StoredFile file, HttpContext context, CancellationToken ct)
    {
        var errors = VariantQuery.Read(context.Request.Query, options.Value.MaxSide, out var spec);
        if (errors.Count > 0)
        {
            return new(null, TypedResults.ValidationProblem(errors));
        }

        if (!PictureCheck.CanDecode(file.ContentType))
        {
            return new(null, TypedResults.Problem($"There are no variants of {file.ContentType}", statusCode: StatusCodes.Status422UnprocessableEntity));
        }

        try
        {
            var (variant, origin) = await variants.GetAsync(file.Blob, spec, ct);
            context.Response.Headers[CacheStatus] = origin switch
            {
                VariantOrigin.Stored => "gaia-asset; hit",
                VariantOrigin.Shared => "gaia-asset; fwd=miss; collapsed",
                _ => "gaia-asset; fwd=miss; stored",
            };
            return new(variant, null);
        }
        catch (RefusedUploadException refused)
        {
            return new(null, TypedResults.Problem(refused.Message, statusCode: refused.Status));
        }
    }
}

/// <summary>A variant, or what to answer instead.</summary>
internal readonly record struct VariantReading(Variant? Variant, IResult? Refusal);

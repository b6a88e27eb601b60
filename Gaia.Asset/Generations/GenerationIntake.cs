using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gaia.Asset.Generations;

/// <summary>Accepts requests for pictures: it begins none that the user's limits do not cover.</summary>
internal sealed class GenerationIntake(AssetDb db, PictureCosts costs, IOptions<GenerationOptions> options, TimeProvider time)
{
    /// <returns>Null when the user may ask for so many more.</returns>
    public async Task<ProblemHttpResult?> RefuseAsync(Guid owner, int count, HttpResponse response, CancellationToken ct)
    {
        if (await db.Generations.CountAsync(g => g.OwnerId == owner && g.FinishedAt == null, ct) + count > options.Value.MaxUnfinished)
        {
            return TypedResults.Problem("Too many generations are unfinished", statusCode: StatusCodes.Status429TooManyRequests);
        }

        // Where nobody can say now, the worker asks before it begins.
        if (await costs.GetRefusalAsync(owner, count, ct) is not { } refusal)
        {
            return null;
        }

        response.Headers.RetryAfter = refusal.RetryAfter?.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Problem(
            refusal.Reason, statusCode: StatusCodes.Status429TooManyRequests, extensions: new Dictionary<string, object?> { ["code"] = PictureCosts.QuotaCode });
    }

    /// <summary>Adds a valid request to the context, to be saved by the caller.</summary>
    /// <param name="parameters">A value of <see cref="Generation.Parameters"/>.</param>
    public Generation Add(Guid owner, GenerationRequest request, string? parameters = null)
    {
        var (width, height) = request.Pixels!.Value;
        var generation = new Generation
        {
            OwnerId = owner,
            Description = request.Text,
            Style = request.Style,
            Width = width,
            Height = height,
            Parameters = parameters,
            CreatedAt = time.GetUtcNow(),
        };
        db.Add(generation);
        return generation;
    }
}

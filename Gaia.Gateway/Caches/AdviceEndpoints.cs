using Gaia.Caching.Administration;
using Gaia.Gateway.Admission;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Gaia.Gateway.Caches;

/// <summary>What other cache settings would bring, and trials of them.</summary>
internal static class AdviceEndpoints
{
    private const int LongestTrial = 1_440;

    public static void MapCacheAdvice(this IEndpointRouteBuilder routes)
    {
        var advice = routes.MapGroup("/api/v1/admin/cache/advice").WithTags("Cache administration")
            .AddEndpointFilter<AdministratorsOnly>().WithMetadata(new ScopeMetadata(Scopes.Admin));
        advice.MapGet("", Get).WithName("GetCacheAdvice").WithSummary("Get advice on cache settings")
            .WithDescription("Predicts the hit ratio of other lifetimes and memory limits from sampled reads, and recommends those that save something.");
        advice.MapPost("/{id}/try", Try).WithName("TryCacheAdvice").WithSummary("Try a recommended lifetime")
            .WithDescription("Applies the recommended lifetime on all nodes for some minutes. It ends by itself, and the list of advice has the measured hit ratio beside the predicted one.")
            .FailsWith(StatusCodes.Status400BadRequest, "The number of minutes is not allowed, or a memory limit is to be tried.")
            .FailsWith(StatusCodes.Status404NotFound, "There is no such advice now.")
            .FailsWith(StatusCodes.Status409Conflict, "It is being tried already.")
            .FailsWith(StatusCodes.Status503ServiceUnavailable, "Some nodes do not answer.");
    }

    private static async Task<Ok<AdviceView>> Get(CacheTuning tuning, IOptions<RedisPriceOptions> price, CancellationToken ct) =>
        TypedResults.Ok(AdviceView.Of(await tuning.AdviseAsync(ct), price.Value.Per100K));

    private static async Task<Results<Accepted<Trial>, ProblemHttpResult>> Try(string id, TryRequest request, CacheTuning tuning, CancellationToken ct)
    {
        if (request.Minutes is < 1 or > LongestTrial)
        {
            return Refuse(StatusCodes.Status400BadRequest, $"minutes must be from 1 to {LongestTrial}.");
        }

        return await tuning.TryAsync(id, request.Minutes, ct) switch
        {
            TrialOutcome.Started => TypedResults.Accepted("/api/v1/admin/cache/advice", (await tuning.AdviseAsync(ct)).Trials.First(trial => trial.Id == id)),
            TrialOutcome.AlreadyRunning => Refuse(StatusCodes.Status409Conflict, "This is being tried already."),
            TrialOutcome.NotALifetime => Refuse(StatusCodes.Status400BadRequest, "A memory limit cannot be tried: set it and start the nodes again."),
            TrialOutcome.NodesMissing => Refuse(StatusCodes.Status503ServiceUnavailable, "Some nodes do not answer. A lifetime is tried on all nodes or on none."),
            _ => Refuse(StatusCodes.Status404NotFound, "There is no such advice now."),
        };
    }

    private static ProblemHttpResult Refuse(int status, string detail) => TypedResults.Problem(detail, statusCode: status);
}

/// <param name="Minutes">How long, from 1 to 1,440.</param>
internal sealed record TryRequest(int Minutes = 10);

using Gaia.Gateway.Admission;
using Gaia.Gateway.Audit;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gaia.Gateway.Faults;

/// <summary>Faults on purpose, on a developer's machine.</summary>
internal static class FaultEndpoints
{
    private const int LongestName = 200;

    private static readonly string[] OfProcesses = [FaultProtocol.Freeze, FaultProtocol.Kill];
    private static readonly string[] OfLinks = [FaultProtocol.Cut, FaultProtocol.Slow];

    public static void AddFaults(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<FaultOptions>().BindConfiguration(FaultOptions.Section).ValidateDataAnnotations();
        services.AddSingleton<FaultClient>();
    }

    public static void MapFaults(this IEndpointRouteBuilder routes)
    {
        var faults = routes.MapGroup("/api/v1/admin/faults").WithTags("Faults").AddEndpointFilter<AdministratorsOnly>().WithMetadata(new ScopeMetadata(Scopes.Admin));
        faults.MapGet("", List).WithName("ListFaultTargets").WithSummary("List what can be broken")
            .WithDescription("Processes are Redis, NATS, Postgres and the services of a Gaia that `./run.sh` runs, to see what it does without them; servers may run in containers. "
                + "Links are the ways from the services to their servers, when `GAIA_LINK_FAULTS` is on. Anywhere else there are none of either.");
        faults.MapPost("", Break).WithName("BreakTarget").WithSummary("Break a process or a link")
            .WithDescription("Freezes a process for some seconds, or kills it; it is started again. Cuts a link for some seconds, or delays its answers by 200 ms.")
            .FailsWith(StatusCodes.Status400BadRequest, "The kind of the fault or its length is not allowed.")
            .FailsWith(StatusCodes.Status404NotFound, "There is no such process or link, or this is not a developer's machine.")
            .FailsWith(StatusCodes.Status503ServiceUnavailable, "The AppHost does not answer.");
    }

    private static async Task<Ok<FaultList>> List(FaultClient client, CancellationToken ct)
    {
        var targets = await client.ListAsync(ct);
        return TypedResults.Ok(new FaultList(client.IsAvailable, targets.Processes, targets.Links));
    }

    private static async Task<Results<Accepted, ProblemHttpResult>> Break(FaultRequest fault, FaultClient client, HttpContext context, CancellationToken ct)
    {
        if (!IsAllowed(fault))
        {
            return TypedResults.Problem(
                $"Either process must be named and kind be {string.Join(" or ", OfProcesses)}, or link must be named and kind be {string.Join(" or ", OfLinks)}; "
                + $"seconds must be from 1 to {FaultProtocol.LongestFault}.",
                statusCode: StatusCodes.Status400BadRequest);
        }

        context.Features.Set(new AuditDetail($"{fault.Kind} {fault.Process ?? fault.Link}"));
        return await client.BreakAsync(fault, ct)
            ? TypedResults.Accepted((string?)null)
            : TypedResults.Problem(
                !client.IsAvailable ? "Faults are for a Gaia that ./run.sh runs."
                : fault.Process is { } process ? $"No process {process} runs."
                : $"There is no link {fault.Link}; links need GAIA_LINK_FAULTS=on.",
                statusCode: StatusCodes.Status404NotFound);
    }

    private static bool IsAllowed(FaultRequest fault) => fault.Seconds is >= 1 and <= FaultProtocol.LongestFault && fault switch
    {
        { Process: { Length: > 0 and <= LongestName }, Link: null } => OfProcesses.Contains(fault.Kind),
        { Process: null, Link: { Length: > 0 and <= LongestName } } => OfLinks.Contains(fault.Kind),
        _ => false,
    };
}

/// <param name="Process">Its id in the list; null for a fault of a link.</param>
/// <param name="Link">Its id in the list; null for a fault of a process.</param>
/// <param name="Kind"><c>freeze</c> or <c>kill</c> of a process, <c>cut</c> or <c>slow</c> of a link.</param>
/// <param name="Seconds">How long it is frozen, cut or slow, up to 60.</param>
internal sealed record FaultRequest(string Kind, string? Process = null, string? Link = null, int Seconds = 10);

/// <param name="Available">Whether this is a developer's machine.</param>
internal sealed record FaultList(bool Available, IReadOnlyList<FaultProcess> Processes, IReadOnlyList<FaultLink> Links);

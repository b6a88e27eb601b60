using Gaia.Gateway.Admission;
using Gaia.Gateway.Audit;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gaia.Gateway.Faults;

/// <summary>Faults on purpose, on a developer's machine.</summary>
internal static class FaultEndpoints
{
    private const int LongestProcess = 200;

    public static void AddFaults(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<FaultOptions>().BindConfiguration(FaultOptions.Section).ValidateDataAnnotations();
        services.AddSingleton<FaultClient>();
    }

    public static void MapFaults(this IEndpointRouteBuilder routes)
    {
        var faults = routes.MapGroup("/api/v1/admin/faults").WithTags("Faults").AddEndpointFilter<AdministratorsOnly>().WithMetadata(new ScopeMetadata(Scopes.Admin));
        faults.MapGet("", List).WithName("ListFaultProcesses").WithSummary("List processes that can be broken")
            .WithDescription("Redis, NATS, Postgres and the services of a Gaia that `./run.sh` runs, to see what it does without them. Anywhere else there are none. Servers that run in containers are not listed.");
        faults.MapPost("", Break).WithName("BreakProcess").WithSummary("Break a process")
            .WithDescription("Freezes it for some seconds, or kills it; it is started again.")
            .FailsWith(StatusCodes.Status400BadRequest, "The kind of the fault or its length is not allowed.")
            .FailsWith(StatusCodes.Status404NotFound, "No such process runs, or this is not a developer's machine.")
            .FailsWith(StatusCodes.Status503ServiceUnavailable, "The AppHost does not answer.");
    }

    private static async Task<Ok<FaultList>> List(FaultClient client, CancellationToken ct) =>
        TypedResults.Ok(new FaultList(client.IsAvailable, await client.ListAsync(ct)));

    private static async Task<Results<Accepted, ProblemHttpResult>> Break(FaultRequest fault, FaultClient client, HttpContext context, CancellationToken ct)
    {
        if (fault is not { Process.Length: > 0 and <= LongestProcess, Kind: FaultProtocol.Freeze or FaultProtocol.Kill, Seconds: >= 1 and <= FaultProtocol.LongestFreeze })
        {
            return TypedResults.Problem(
                $"process must be named, kind must be {FaultProtocol.Freeze} or {FaultProtocol.Kill}, and seconds must be from 1 to {FaultProtocol.LongestFreeze}.",
                statusCode: StatusCodes.Status400BadRequest);
        }

        context.Features.Set(new AuditDetail($"{fault.Kind} {fault.Process}"));
        return await client.BreakAsync(fault, ct)
            ? TypedResults.Accepted((string?)null)
            : TypedResults.Problem(
                client.IsAvailable ? $"No process {fault.Process} runs." : "Faults are for a Gaia that ./run.sh runs.", statusCode: StatusCodes.Status404NotFound);
    }
}

/// <param name="Process">Its id in the list.</param>
/// <param name="Kind"><c>freeze</c> or <c>kill</c>.</param>
/// <param name="Seconds">How long it is frozen, up to 60.</param>
internal sealed record FaultRequest(string Process, string Kind, int Seconds = 10);

/// <param name="Available">Whether this is a developer's machine.</param>
internal sealed record FaultList(bool Available, IReadOnlyList<FaultProcess> Processes);

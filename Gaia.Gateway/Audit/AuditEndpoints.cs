using Gaia.Gateway.Admission;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gaia.Gateway.Audit;

/// <summary>Who changed what.</summary>
internal static class AuditEndpoints
{
    public static void AddAudit(this IServiceCollection services)
    {
        services.AddSingleton<AuditLog>();
        services.AddHostedService(provider => provider.GetRequiredService<AuditLog>());
    }

    public static void MapAudit(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/admin/audit", Read).WithName("ListAuditRecords").WithTags("Audit")
            .WithSummary("List what administrators changed")
            .WithDescription("Newest first: who did what to what, when, from which address and with which outcome. `before` is the number of the last record of the page before.")
            .AddEndpointFilter<AdministratorsOnly>().WithMetadata(new ScopeMetadata(Scopes.Admin));

    private static async Task<Ok<AuditPage>> Read(AuditLog log, CancellationToken ct, ulong? before = null, int limit = 50) =>
        TypedResults.Ok(await log.ReadAsync(before, Math.Clamp(limit, 1, 500), ct));
}

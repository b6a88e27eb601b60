using Gaia.Caching.Outbox;
using Gaia.Gateway.Admission;
using Gaia.Gateway.Conventions;

namespace Gaia.Gateway.Forwarding;

/// <summary>Applies what a request's <see cref="PositionHeader"/> says was changed to this gateway's cache, and has it sent along with what the caller asks of services.</summary>
internal sealed class PositionMiddleware(RequestDelegate next, PositionHeader positions, ChangedKeys changes, RecentChanges recent)
{
    private const string NotOurs = $"The {PositionHeader.Name} header is none that Gaia gave out. Repeat the request without it.";

    public Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Headers.Remove(PositionHeader.Name, out var values))
        {
            return next(context);
        }

        foreach (var position in values.SelectMany(value => value!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            if (positions.Read(position) is not { } header)
            {
                return TypedResults.Problem(NotOurs, statusCode: StatusCodes.Status400BadRequest).ExecuteAsync(context);
            }

            changes.Apply(header);
            if (context.Features.Get<Caller>()?.Principal.Subject is { } caller)
            {
                recent.Add(caller, header);
            }
        }

        return next(context);
    }
}

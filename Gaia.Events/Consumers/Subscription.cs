using Microsoft.EntityFrameworkCore;

namespace Gaia.Events.Consumers;

/// <summary>A handler of a group.</summary>
/// <param name="Group">Its name.</param>
/// <param name="Types">The events that the handler gets.</param>
/// <param name="HandleAsync">Is given a scope's services, the context whose transaction has the cursor, and the event as JSON.</param>
internal sealed record Subscription<TContext>(
    string Group, EventTypePattern Types, Func<IServiceProvider, TContext, string, CancellationToken, Task> HandleAsync)
    where TContext : DbContext;

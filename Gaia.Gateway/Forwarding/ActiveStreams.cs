using System.Collections.Concurrent;
using System.Threading.Channels;
using Gaia.Gateway.Admission;
using Gaia.Gateway.Revocations;

namespace Gaia.Gateway.Forwarding;

/// <summary>
/// Ends event streams whose credential has been revoked since they began. Other responses end by themselves soon enough; a stream would go on for as long as a
/// model writes.
/// </summary>
internal sealed class ActiveStreams(CallerDirectory callers, RevocationMap revocations, TimeProvider time) : BackgroundService
{
    private const string EventStream = "text/event-stream";

    /// <summary>How soon a credential is looked at again of which nobody could say whether it is still valid.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<HttpContext, Caller> streams = new();
    private readonly Channel<bool> revoked = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Looks at a service's response, and watches its credential from now on if it is a stream.</summary>
    public void Track(HttpContext context, HttpResponseMessage? response)
    {
        if (response?.Content.Headers.ContentType?.MediaType == EventStream)
        {
            Track(context);
        }
    }

    /// <summary>Watches the credential of a stream that the gateway writes itself.</summary>
    public void Track(HttpContext context)
    {
        if (context.Features.Get<Caller>() is { Credential: not null } caller)
        {
            Add(context, caller);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        revocations.Applied += Wake;
        try
        {
            await foreach (var _ in revoked.Reader.ReadAllAsync(stoppingToken))
            {
                while (!await EndRevokedAsync(stoppingToken))
                {
                    await Task.Delay(RetryDelay, time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
        finally
        {
            revocations.Applied -= Wake;
        }
    }

    private void Wake() => revoked.Writer.TryWrite(true);

    private void Add(HttpContext context, Caller caller)
    {
        streams[context] = caller;
        context.Response.OnCompleted(static state =>
        {
            var (streams, context) = ((ActiveStreams, HttpContext))state;
            streams.streams.TryRemove(context, out _);
            return Task.CompletedTask;
        }, (this, context));

        // It may have been revoked between admission and now.
        Wake();
    }

    /// <returns>False when nobody could say whether one of the credentials is still valid.</returns>
    private async Task<bool> EndRevokedAsync(CancellationToken ct)
    {
        var known = true;
        foreach (var (context, caller) in streams)
        {
            try
            {
                if (await callers.FindAsync(caller.Credential!, ct) is null)
                {
                    End(context, caller);
                }
            }
            catch (HttpRequestException)
            {
                // A key that has been changed is loaded again, which Auth may not answer now. Until it does, nothing says that the key is still good.
                if (callers.IsRevoked(caller))
                {
                    End(context, caller);
                }
                else
                {
                    known = false;
                }
            }
        }

        return known;
    }

    /// <summary>Only if the stream still runs: afterwards the server may use the same context for another request.</summary>
    private void End(HttpContext context, Caller caller)
    {
        if (streams.TryRemove(new(context, caller)))
        {
            context.Abort();
        }
    }
}

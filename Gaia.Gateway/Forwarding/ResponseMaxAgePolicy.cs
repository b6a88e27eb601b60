using Microsoft.AspNetCore.OutputCaching;

namespace Gaia.Gateway.Forwarding;

/// <summary>Keeps a response no longer than its own <c>Cache-Control: max-age</c> allows, and one without it not at all.</summary>
internal sealed class ResponseMaxAgePolicy : IOutputCachePolicy
{
    public ValueTask CacheRequestAsync(OutputCacheContext context, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask ServeFromCacheAsync(OutputCacheContext context, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask ServeResponseAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        var allowed = context.HttpContext.Response.GetTypedHeaders().CacheControl?.MaxAge ?? TimeSpan.Zero;
        if (allowed <= TimeSpan.Zero)
        {
            context.AllowCacheStorage = false;
        }
        else if (context.ResponseExpirationTimeSpan is not { } lifetime || allowed < lifetime)
        {
            context.ResponseExpirationTimeSpan = allowed;
        }

        return ValueTask.CompletedTask;
    }
}

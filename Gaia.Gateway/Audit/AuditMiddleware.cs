using Gaia.Gateway.Admission;

namespace Gaia.Gateway.Audit;

/// <summary>Records what administrators change: the cache, personas, accounts and keys. What was refused is recorded too.</summary>
internal sealed class AuditMiddleware(RequestDelegate next, AuditLog log, TimeProvider time)
{
    private static readonly PathString[] Administered = ["/api/v1/admin", "/api/v1/auth", "/api/v1/chat/personas", "/api/v0.2/personas"];

    public Task InvokeAsync(HttpContext context)
    {
        if (IsWrite(context.Request.Method) && context.Features.Get<Caller>()?.Principal is { Subject: { } user } principal
            && principal.Scopes.Contains(Scopes.Admin) && Array.Exists(Administered, path => context.Request.Path.StartsWithSegments(path)))
        {
            var (method, path, address) = (context.Request.Method, context.Request.Path.ToString(), context.Request.Headers[InboundHeaders.ClientAddress].ToString());
            context.Response.OnStarting(() =>
            {
                var detail = context.Features.Get<AuditDetail>();
                return detail is { IsWrite: false }
                    ? Task.CompletedTask
                    : log.AddAsync(new(Guid.CreateVersion7(), time.GetUtcNow(), user, principal.AuthType, principal.CredentialId, address, method, path, detail?.Text, context.Response.StatusCode));
            });
        }

        return next(context);
    }

    private static bool IsWrite(string method) => !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsOptions(method);
}

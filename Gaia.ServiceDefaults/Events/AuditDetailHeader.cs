using Microsoft.AspNetCore.Http;

namespace Gaia;

/// <summary>
/// What a service tells the gateway of a change for the audit log, beyond what the path says. In a header of the response, which the gateway takes out.
/// </summary>
public static class AuditDetailHeader
{
    public const string Name = "X-Gaia-Audit-Detail";

    /// <param name="response">Of the request that asked for the change.</param>
    /// <param name="detail">In ASCII, on one line.</param>
    public static void Set(HttpResponse response, string detail) => response.Headers[Name] = detail;
}

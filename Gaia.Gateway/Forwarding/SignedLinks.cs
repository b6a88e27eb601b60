using Gaia.Gateway.Admission;
using Gaia.Gateway.Services;

namespace Gaia.Gateway.Forwarding;

/// <summary>Forwards to Asset, and refuses signed links of users who have been disabled since they made them. Asset verifies the signature, which covers the user.</summary>
internal sealed class SignedLinks(UserDirectory users, ServiceForwarder forwarder)
{
    private const string Signature = "signature";
    private const string Owner = "owner";

    public async Task ForwardAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (context.Request.QueryString.HasValue && query.ContainsKey(Signature))
        {
            try
            {
                if (!Guid.TryParse(query[Owner], out var owner) || !await users.IsActiveAsync(owner, context.RequestAborted))
                {
                    await TypedResults.Problem("The link is not valid, or no longer", statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context);
                    return;
                }
            }
            catch (HttpRequestException)
            {
                await ServiceUnavailable.Problem(context, Resources.Auth).ExecuteAsync(context);
                return;
            }
        }

        await forwarder.ForwardAsync(context, Resources.Asset);
    }
}

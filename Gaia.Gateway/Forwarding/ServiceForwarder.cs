using Microsoft.AspNetCore.Http.HttpResults;
using Yarp.ReverseProxy.Forwarder;

namespace Gaia.Gateway.Forwarding;

/// <summary>Hands a request to one of the services behind the gateway and answers for it when it is away.</summary>
internal sealed class ServiceForwarder(IHttpForwarder forwarder, ServiceClient client)
{
    private const int RetryAfterSeconds = 2;

    public async Task Forward(HttpContext context, string service)
    {
        var error = await forwarder.SendAsync(context, $"http://{service}", client.Invoker);

        if (error is not ForwarderError.None && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            context.Response.Clear();
            await Unavailable(context, service).ExecuteAsync(context);
        }
    }

    public static ProblemHttpResult Unavailable(HttpContext context, string service)
    {
        context.Response.Headers.RetryAfter = $"{RetryAfterSeconds}";
        return TypedResults.Problem($"Service {service} unavailable", statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}

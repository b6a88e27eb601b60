using Gaia.Gateway.Services;
using Microsoft.AspNetCore.Http.HttpResults;
using Yarp.ReverseProxy.Forwarder;

namespace Gaia.Gateway.Forwarding;

/// <summary>Hands a request to one of the services behind the gateway and answers for it when it is unavailable.</summary>
internal sealed class ServiceForwarder(IHttpForwarder forwarder, Destinations destinations, ServiceClient client, ForwardingTransformer transformer)
{
    /// <summary>How long a model may think before an answer begins: longer than Chat and Asset wait for it.</summary>
    public static ForwarderRequestConfig ModelAnswer { get; } = new() { ActivityTimeout = TimeSpan.FromMinutes(11) };

    public Task ForwardAsync(HttpContext context, string service) => ForwardAsync(context, service, ForwarderRequestConfig.Empty);

    public async Task ForwardAsync(HttpContext context, string service, ForwarderRequestConfig config)
    {
        Destination destination;
        try
        {
            destination = await destinations.NextAsync(service, anyway: false, context.RequestAborted);
        }
        catch (HttpRequestException)
        {
            await ServiceUnavailable.Problem(context, service).ExecuteAsync(context);
            return;
        }

        var error = await forwarder.SendAsync(context, destination.Prefix, client.Invoker, config, transformer);
        if (error is ForwarderError.None)
        {
            destination.Use();
        }
        else if (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            context.Response.Clear();
            await Explain(context, service, error).ExecuteAsync(context);
        }
    }

    /// <summary>A body that is too long, too slow or cut off is the client's doing, whatever the service would have said.</summary>
    private static ProblemHttpResult Explain(HttpContext context, string service, ForwarderError error)
    {
        for (var cause = context.GetForwarderErrorFeature()?.Exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is BadHttpRequestException malformed)
            {
                return TypedResults.Problem(statusCode: malformed.StatusCode);
            }
        }

        return error is ForwarderError.RequestBodyClient
            ? TypedResults.Problem(statusCode: StatusCodes.Status400BadRequest)
            : ServiceUnavailable.Problem(context, service);
    }
}

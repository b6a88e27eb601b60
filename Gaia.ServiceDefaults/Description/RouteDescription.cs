using Microsoft.AspNetCore.Builder;
using Microsoft.OpenApi;

namespace Gaia;

/// <summary>Describes what a route's handler does not show by its parameters and its result.</summary>
public static class RouteDescription
{
    public static TBuilder ReadsHeader<TBuilder>(this TBuilder route, string name, string description)
        where TBuilder : IEndpointConventionBuilder =>
        route.Reads(name, ParameterLocation.Header, new() { Type = JsonSchemaType.String }, description);

    public static TBuilder ReadsQuery<TBuilder>(this TBuilder route, string name, JsonSchemaType type, string description)
        where TBuilder : IEndpointConventionBuilder =>
        route.Reads(name, ParameterLocation.Query, new() { Type = type }, description);

    /// <summary>Its answer may be a stream of server-sent events, alone or beside what it answers otherwise.</summary>
    public static TBuilder StreamsEvents<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder =>
        route.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            var answer = (OpenApiResponse)operation.Responses!["200"];
            answer.Content ??= new Dictionary<string, OpenApiMediaType>();
            answer.Content["text/event-stream"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
            return Task.CompletedTask;
        });

    /// <summary>Describes a failure of the route. Those of the caller's credential, the rate limit and the shape of the request need not be named.</summary>
    /// <param name="when">A sentence for the reader of the API.</param>
    public static TBuilder FailsWith<TBuilder>(this TBuilder route, int status, string when)
        where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new FailureMetadata(status, when));

    /// <summary>Describes the failures of a body that no parameter of the handler shows.</summary>
    public static TBuilder ReadsBody<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata([.. OperationFailures.OfBody.Select(failure => new FailureMetadata(failure.Status, failure.When))]);

    private static TBuilder Reads<TBuilder>(this TBuilder route, string name, ParameterLocation place, OpenApiSchema schema, string description)
        where TBuilder : IEndpointConventionBuilder =>
        route.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter { Name = name, In = place, Schema = schema, Description = description });
            return Task.CompletedTask;
        });
}

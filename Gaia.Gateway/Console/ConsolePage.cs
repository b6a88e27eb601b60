using System.Reflection;
using System.Security.Cryptography;
using Gaia.Gateway.Admission;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Gaia.Gateway.Console;

/// <summary>
/// Serves the console: static files embedded in this assembly. They are public and hold no data; the page reads everything from the public API with the
/// credential that is entered in it.
/// </summary>
internal static class ConsolePage
{
    private const string Start = "index.html";
    private const string Prefix = "console/";

    /// <summary>Allows no other origin and no inline script.</summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly RouteRules Open = new() { IsOpen = true };

    private static readonly Dictionary<string, string> Types = new()
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    };

    public static void MapConsole(this IEndpointRouteBuilder routes)
    {
        var files = typeof(ConsolePage).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).ToDictionary(name => name[Prefix.Length..], File.Read);
        var console = routes.MapGroup("/console").WithMetadata(Open).ExcludeFromDescription();
        console.MapGet("", (HttpContext context) => Answer(context, files[Start]));
        console.MapGet("/{file}", Results<FileContentHttpResult, NotFound> (string file, HttpContext context) =>
            files.TryGetValue(file, out var found) ? Answer(context, found) : TypedResults.NotFound());
    }

    private static FileContentHttpResult Answer(HttpContext context, File file)
    {
        context.Response.Headers.ContentSecurityPolicy = Policy;
        context.Response.Headers.CacheControl = "no-cache";
        return TypedResults.File(file.Bytes, file.Type, entityTag: file.Tag);
    }

    private sealed record File(byte[] Bytes, string Type, EntityTagHeaderValue Tag)
    {
        public static File Read(string name)
        {
            using var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
            var bytes = new byte[resource.Length];
            resource.ReadExactly(bytes);
            return new(bytes, Types[Path.GetExtension(name)], new($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8))}\""));
        }
    }
}

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gaia.Personas;

/// <summary>Tells a caller that an answer has outlived its time, because whoever could have renewed it is unavailable. Source: RFC 9211, "The Cache-Status HTTP Response Header Field".</summary>
public static class StaleMark
{
    public const string Header = "Cache-Status";

    private static readonly StringValues Stale = "gaia; hit; detail=stale";

    public static void MarkStale(this HttpResponse response, bool isStale)
    {
        if (isStale)
        {
            response.Headers[Header] = Stale;
        }
    }
}

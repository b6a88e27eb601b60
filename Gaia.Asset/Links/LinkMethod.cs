using Microsoft.AspNetCore.Mvc;

namespace Gaia.Asset.Links;

/// <summary>What a link may be used for. GET includes HEAD.</summary>
internal enum LinkMethod
{
    GET = 1,
    HEAD = 2,
}

/// <summary>The part of an address that makes it a signed one.</summary>
internal sealed record LinkQuery(
    [FromQuery(Name = "owner")] Guid? Owner,
    [FromQuery(Name = "method")] string? Method,
    [FromQuery(Name = "expires")] long? Expires,
    [FromQuery(Name = "signature")] string? Signature);

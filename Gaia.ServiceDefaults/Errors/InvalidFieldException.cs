using Microsoft.AspNetCore.Http;

namespace Gaia;

/// <summary>A request without a field that it needs, or with one that cannot be read.</summary>
/// <param name="message">A sentence for the sender.</param>
/// <param name="name">Of the field, as it is in the body.</param>
public sealed class InvalidFieldException(string message, string name) : BadHttpRequestException(message)
{
    public string Name => name;
}

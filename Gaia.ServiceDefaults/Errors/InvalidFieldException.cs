using Microsoft.AspNetCore.Http;

namespace Gaia;

/// <summary>A request without a field that it needs, or with one that cannot be read.</summary>
/// <param name="message">A sentence for the sender.</param>
/// <param name="field">Of the body.</param>
public sealed class InvalidFieldException(string message, string field) : BadHttpRequestException(message)
{
    public string Field => field;
}

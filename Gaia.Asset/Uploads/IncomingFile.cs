namespace Gaia.Asset.Uploads;

/// <summary>The one file of an upload request, its bytes still on the wire.</summary>
/// <param name="Body">Only this file's bytes.</param>
/// <param name="Name">As the client gave it: trust nothing about it.</param>
/// <param name="ContentType">Likewise.</param>
internal sealed record IncomingFile(Stream Body, string? Name, string? ContentType);

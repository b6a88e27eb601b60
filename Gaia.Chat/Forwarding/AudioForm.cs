using System.Net.Http.Headers;

namespace Gaia.Chat.Forwarding;

/// <summary>A recording and the fields beside it. Source: OpenAI API reference, "Create transcription".</summary>
public sealed record AudioForm(string Model, IReadOnlyList<KeyValuePair<string, string>> Fields, string FileName, string? FileType, byte[] File)
{
    /// <summary>The fields whose text a model reads.</summary>
    public string Prompt => string.Concat(Fields.Where(one => one.Key is "prompt").Select(one => one.Value));

    /// <summary>Whether the answer is wanted as events.</summary>
    public bool IsStream => Fields.Any(one => one is { Key: "stream", Value: "true" or "True" or "1" });

    /// <exception cref="BadHttpRequestException">It is no form, or has no file or model.</exception>
    public static async ValueTask<AudioForm?> BindAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
        {
            throw new BadHttpRequestException("multipart/form-data is wanted.", StatusCodes.Status415UnsupportedMediaType);
        }

        try
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            var file = form.Files.GetFile("file") ?? throw new InvalidFieldException("The form has no file.", "file");
            var model = form["model"] is [{ Length: > 0 } name] ? name : throw new InvalidFieldException("The form names no model.", "model");
            using var content = new MemoryStream(checked((int)file.Length));
            await file.CopyToAsync(content, context.RequestAborted);
            return new(
                model,
                [.. form.SelectMany(field => field.Value, (field, value) => KeyValuePair.Create(field.Key, value ?? ""))],
                file.FileName,
                file.ContentType,
                content.ToArray());
        }
        catch (InvalidDataException e)
        {
            throw new BadHttpRequestException("The form is malformed.", e);
        }
    }

    /// <summary>The same form, to be sent on.</summary>
    public MultipartFormDataContent ToContent()
    {
        var content = new MultipartFormDataContent();
        foreach (var (name, value) in Fields)
        {
            content.Add(new StringContent(value), name);
        }

        var file = new ByteArrayContent(File);
        file.Headers.ContentType = MediaTypeHeaderValue.TryParse(FileType, out var type) ? type : null;
        content.Add(file, "file", FileName);
        return content;
    }
}

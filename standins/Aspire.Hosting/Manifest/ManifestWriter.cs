using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Engine;

namespace Aspire.Hosting.Publishing;

/// <summary>Writes every resource of the graph, then those that were only referred to.</summary>
internal sealed class ManifestWriter(ManifestPublishingContext context)
{
    private readonly ManifestReferences references = new();
    private readonly ManifestBindings bindings = new(context.Writer);

    public async Task WriteAsync(DistributedApplicationModel model)
    {
        references.Begin(model);
        context.Writer.WriteStartObject();
        context.Writer.WriteStartObject("resources");

        foreach (var resource in model.Resources)
        {
            await WriteResourceAsync(resource);
        }

        foreach (var resource in references.NotIn(model))
        {
            await WriteResourceAsync(resource);
        }

        foreach (var (name, parameter, format) in references.TakeFormatted())
        {
            WriteFormatted(name, parameter, format);
        }

        foreach (var (name, expression) in references.Conditionals)
        {
            context.Writer.WriteStartObject(name);
            context.Writer.WriteString("type", "value.v0");
            context.Writer.WriteString("connectionString", await expression.GetValueAsync(context.CancellationToken) ?? "");
            context.Writer.WriteEndObject();
        }

        context.Writer.WriteEndObject();
        context.Writer.WriteEndObject();
        await context.Writer.FlushAsync(context.CancellationToken);
    }

    private async Task WriteResourceAsync(IResource resource)
    {
        Func<Task>? content = resource.TryGetLastAnnotation<ManifestPublishingCallbackAnnotation>(out var own)
            ? own.Callback is { } callback ? () => callback(context) : null
            : () => WriteContentAsync(resource);

        if (content is not null)
        {
            context.Writer.WriteStartObject(resource.Name);
            await content();
            context.Writer.WriteEndObject();

            foreach (var (name, parameter, format) in references.TakeFormatted(of: resource))
            {
                WriteFormatted(name, parameter, format);
            }
        }
    }

    private Task WriteContentAsync(IResource resource)
    {
        switch (resource)
        {
            case ContainerResource container:
                return WriteContainerAsync(container);
            case ProjectResource project:
                context.Writer.WriteString("type", "project.v0");
                context.Writer.WriteString("path", context.GetManifestRelativePath(project.Annotations.OfType<IProjectMetadata>().Last().ProjectPath));
                return WriteProcessAsync(project);
            case ExecutableResource executable:
                context.Writer.WriteString("type", "executable.v0");
                WriteConnectionString(executable);
                context.Writer.WriteString("workingDirectory", context.GetManifestRelativePath(executable.WorkingDirectory));
                context.Writer.WriteString("command", executable.Command);
                return WriteProcessAsync(executable);
            case ParameterResource parameter:
                WriteParameter(parameter);
                return Task.CompletedTask;
            case IResourceWithConnectionString connection:
                context.Writer.WriteString("type", "value.v0");
                WriteConnectionString(connection);
                return Task.CompletedTask;
            default:
                context.Writer.WriteString("error", "This resource does not support generation in the manifest.");
                return Task.CompletedTask;
        }
    }

    private async Task WriteContainerAsync(ContainerResource container)
    {
        var json = context.Writer;
        json.WriteString("type", "container.v0");
        WriteConnectionString(container);
        json.WriteString("image", container.Annotations.OfType<ContainerImageAnnotation>().Last().Name);

        if (container.Entrypoint is not null)
        {
            json.WriteString("entrypoint", container.Entrypoint);
        }

        await WriteArgumentsAsync(container);

        if (container.TryGetAnnotationsOfType<ContainerMountAnnotation>(out var volumes))
        {
            json.WriteStartArray("volumes");
            foreach (var volume in volumes)
            {
                json.WriteStartObject();
                json.WriteString("name", volume.Source);
                json.WriteString("target", volume.Target);
                json.WriteBoolean("readOnly", volume.IsReadOnly);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        await WriteEnvironmentAsync(container);
        bindings.Write(container);
    }

    private async Task WriteProcessAsync(IResource resource)
    {
        await WriteArgumentsAsync(resource);
        await WriteEnvironmentAsync(resource);
        bindings.Write(resource);
    }

    private void WriteParameter(ParameterResource parameter)
    {
        var json = context.Writer;
        json.WriteString("type", "parameter.v0");
        if (parameter.IsConnectionString)
        {
            json.WriteString("connectionString", parameter.ValueExpression);
        }

        json.WriteString("value", $"{{{parameter.Name}.inputs.value}}");
        json.WriteStartObject("inputs");
        json.WriteStartObject("value");
        json.WriteString("type", "string");
        if (parameter.Secret)
        {
            json.WriteBoolean("secret", true);
        }

        if (parameter.Default is { } fallback)
        {
            json.WriteStartObject("default");
            fallback.WriteToManifest(context);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteFormatted(string name, ParameterResource parameter, string format)
    {
        context.Writer.WriteStartObject(name);
        context.Writer.WriteString("type", "annotated.string");
        context.Writer.WriteString("value", parameter.ValueExpression);
        context.Writer.WriteString("filter", format);
        context.Writer.WriteEndObject();
    }

    private void WriteConnectionString(IResource resource)
    {
        if (resource is IResourceWithConnectionString { ConnectionStringExpression: var expression })
        {
            references.Add(expression);
            context.Writer.WriteString("connectionString", references.Expression(expression));
        }
    }

    private async Task WriteEnvironmentAsync(IResource resource)
    {
        var variables = await ProcessValues.VariablesAsync(resource, context.ExecutionContext, context.CancellationToken);
        if (variables.Count > 0)
        {
            context.Writer.WriteStartObject("env");
            foreach (var (name, value) in variables)
            {
                context.Writer.WriteString(name, references.Expression(value));
                references.Add(value);
            }

            context.Writer.WriteEndObject();
        }
    }

    private async Task WriteArgumentsAsync(IResource resource)
    {
        var arguments = await ProcessValues.ArgumentsAsync(resource, context.ExecutionContext, context.CancellationToken);
        if (arguments.Count > 0)
        {
            context.Writer.WriteStartArray("args");
            foreach (var value in arguments)
            {
                context.Writer.WriteStringValue(references.Expression(value));
                references.Add(value);
            }

            context.Writer.WriteEndArray();
        }
    }
}

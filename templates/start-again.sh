# otto-install: start-again
# Starts a container that is put back. A power cut can leave its port with nobody behind it (seen with Docker 20.10, when the
# container that was being made is removed right after the boot): restarting Docker frees it, so that is done then, once.
# One that runs may be about to end: Docker goes on stopping it when the program that asked for that is killed, and would stop
# what is started here. So it is stopped to its end first. A Docker that is being restarted gets a minute.
# Argument: the container.
set -u
name=$1
tries=60
while [ "$tries" -gt 0 ] && ! docker version --format '{{.Server.Version}}' >/dev/null 2>&1; do
  tries=$((tries - 1))
  sleep 1
done
if [ "$(docker container inspect --format '{{.State.Running}}' "$name" 2>/dev/null)" = true ]; then
  docker stop -t 60 "$name" || exit 1
fi
said=$(docker start "$name" 2>&1) && exit 0
echo "$said"
case $said in
*"port is already allocated"*) ;;
*) exit 1 ;;
esac
# That stops every container for a moment. What is neither ours nor an Open WebUI or a Paperclip is for a person to stop.
others=$(docker ps --format '{{.Names}} {{.Image}} {{.Label "otto-install"}}' | grep -vE '[ /](open-webui|paperclip)([:@ ]|$)' | cut -d' ' -f1)
if [ -n "$others" ]; then
  echo "only a restart of Docker frees the port, and would stop others: $(echo $others)"
  exit 1
fi
echo "restarting Docker, which frees the port"
systemctl restart docker && docker start "$name"
